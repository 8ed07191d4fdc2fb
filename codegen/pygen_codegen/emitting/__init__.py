"""What emitters of all languages share: who is called what, where relations lead, what comments and pages say."""
