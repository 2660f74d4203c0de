#![doc = include_str!("../README.md")]

mod csv;
mod customers;
mod pdf;
mod sales;
mod stock;
mod table;
mod tax;
mod wanted;

use std::pin::Pin;

use bytes::Bytes;
use tradewind_accounts::Accounts;
use tradewind_inventory::Inventory;
use tradewind_kernel::{Clock, Result};
use tradewind_orders::Orders;
use tradewind_payments::Payments;

pub use wanted::{Format, Period, Report, Wanted};

use csv::Csv;
use pdf::Pdf;
use table::{Column, Head, Out, Table};

/// Where a report goes.
pub trait Sink: Send {
    /// Takes the next piece; the report waits meanwhile, and ends with the error where there is one.
    fn write(&mut self, piece: Bytes) -> Pin<Box<dyn Future<Output = Result<()>> + Send + '_>>;
}

/// The reports of the shop. Cheap to clone.
#[derive(Clone)]
pub struct Insights {
    /// What the shop calls itself.
    pub shop: String,
    /// When a report is made.
    pub clock: Clock,
    /// What was sold.
    pub orders: Orders,
    /// What was paid.
    pub payments: Payments,
    /// What lies there.
    pub inventory: Inventory,
    /// Who bought.
    pub accounts: Accounts,
}

impl Insights {
    /// Writes a report piece by piece, as it is read; `progress` is told now and then how many rows are written. Answers with
    /// how many there are.
    pub async fn write(
        &self,
        wanted: &Wanted,
        sink: &mut dyn Sink,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<u64> {
        let now = self.clock.now();
        let columns: &'static [Column] = match wanted.report {
            Report::Sales => &sales::COLUMNS,
            Report::Tax => &tax::COLUMNS,
            Report::Stock => &stock::COLUMNS,
            Report::Customers => &customers::COLUMNS,
        };
        let head =
            Head { title: wanted.report.title(), shop: &self.shop, period: wanted.period_text(now), now, columns };
        let table: Box<dyn Table> = match wanted.format {
            Format::Csv => Box::new(Csv::new(columns)),
            Format::Pdf => Box::new(Pdf::new(&head)?),
        };
        let bounds = wanted.period.bounds();
        let mut out = Out::new(table, sink, progress);
        let totals = match wanted.report {
            Report::Sales => sales::rows(self, bounds, &mut out).await?,
            Report::Tax => tax::rows(self, bounds, &mut out).await?,
            Report::Stock => stock::rows(self, &mut out).await?,
            Report::Customers => customers::rows(self, bounds, &mut out).await?,
        };
        out.finish(totals).await
    }
}
