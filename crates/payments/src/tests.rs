//! The payments on a real database.
