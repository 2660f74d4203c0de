//! The market's verbs on a real database.
