/** The version of this runtime. */
export const VERSION = "0.1.0";
