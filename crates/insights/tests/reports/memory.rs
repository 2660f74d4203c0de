//! However many rows a report has, it takes the same memory.

use std::alloc::{GlobalAlloc, Layout, System};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use tradewind_insights::{Sink, Wanted};
use tradewind_kernel::Result;
use tradewind_services::Store;

use crate::bench::{Bench, NOON, Sale};

const ORDERS: i64 = 20_000;
/// What a report may hold at once beyond what there was before it: a fraction of what 20,000 orders are.
const GROWTH_BYTES_MAX: usize = 12 * 1024 * 1024;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, counted.
struct Counted;

#[expect(unsafe_code, reason = "an allocator is unsafe by nature; this one passes everything on")]
// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(held, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counted = Counted;

/// A sink that forgets everything but how much it was.
#[derive(Default)]
struct Forgotten {
    length: usize,
}

impl Sink for Forgotten {
    fn write(&mut self, piece: Bytes) -> Pin<Box<dyn Future<Output = Result<()>> + Send + '_>> {
        self.length += piece.len();
        Box::pin(std::future::ready(Ok(())))
    }
}

// One test, so that nobody else's memory is counted: nextest gives each test a process of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_thousand_orders_take_no_more_memory_than_a_few() {
    let bench = Bench::on(Store::sqlite()).await;
    let sales: Vec<Sale> =
        (0..ORDERS).map(|nth| Sale { at: NOON.plus_seconds(nth), pieces: nth % 5 + 1, ..Sale::of(nth + 1) }).collect();
    bench.sell_many(&sales).await;
    drop(sales);
    for (kind, format) in [("sales", "csv"), ("sales", "pdf"), ("tax", "csv")] {
        let wanted = Wanted::parse(kind, format, None, None).unwrap();
        let mut sink = Forgotten::default();
        let (before, mut told) = (HELD.load(Ordering::SeqCst), 0);
        MOST.store(before, Ordering::SeqCst);
        let rows = bench.insights.write(&wanted, &mut sink, &mut |rows| told = rows).await.unwrap();
        let growth = MOST.load(Ordering::SeqCst) - before;
        if kind == "sales" {
            assert_eq!((rows, told), (ORDERS.unsigned_abs(), ORDERS.unsigned_abs()));
            assert!(sink.length > 500_000, "{}", sink.length);
        }
        assert!(growth < GROWTH_BYTES_MAX, "{kind}.{format} of {} bytes took {growth} bytes", sink.length);
    }
}
