"""The change feed: `/sync` as typed upserts and deletes with a resumable token."""
