//! The fulfilment on a real database.
