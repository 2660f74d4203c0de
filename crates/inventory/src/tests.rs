//! The inventory on a real database.
