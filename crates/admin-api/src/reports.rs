//! Reports as files, written to whoever asks while they are read. Routes of our own: the peer has nothing like them.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bytes::Bytes;
use futures::stream;
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tradewind_http::PathId;
use tradewind_http::problem::Answer;
use tradewind_insights::{Insights, Sink, Wanted};
use tradewind_kernel::{Error, ErrorKind, Result};

use crate::{AdminState, missing};

/// How many pieces of a report may wait for whoever reads it.
const PIECES_AHEAD: usize = 2;
/// How long a reader may take no piece before the report is given up, so that it makes room for others.
const READER_PATIENCE: Duration = Duration::from_secs(60);

/// How many reports are written at once; more are asked to come back.
#[derive(Clone)]
pub struct ReportPlaces(Arc<Semaphore>);

impl ReportPlaces {
    /// Room for so many.
    #[must_use]
    pub fn new(reports: usize) -> Self {
        Self(Arc::new(Semaphore::new(reports)))
    }
}

impl Default for ReportPlaces {
    // Each reads the store without a pause: two leave a processor to those who buy.
    fn default() -> Self {
        Self::new(2)
    }
}

pub(crate) fn routes() -> Router<AdminState> {
    Router::new().route("/admin/reports/{file}", get(report))
}

/// Of when.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Period {
    from: Option<String>,
    before: Option<String>,
}

async fn report(
    State(state): State<AdminState>,
    PathId(file): PathId,
    period: Result<Query<Period>, QueryRejection>,
) -> Answer {
    let (kind, format) = file.rsplit_once('.').ok_or_else(|| missing("Report", &file))?;
    let Query(period) = period.map_err(|_| Error::invalid("query", "A report is asked for with from and before"))?;
    let wanted = Wanted::parse(kind, format, period.from.as_deref(), period.before.as_deref())?;
    let Ok(place) = Arc::clone(&state.report_places.0).try_acquire_owned() else {
        let message = "Other reports are being written; please try again in a moment.";
        return Err(Error::new(ErrorKind::Unavailable, message).into());
    };
    let (pieces, waiting) = mpsc::channel(PIECES_AHEAD);
    tokio::spawn(write(state.insights, wanted, pieces, place));
    let body = stream::unfold(waiting, |mut waiting| async move { waiting.recv().await.map(|piece| (piece, waiting)) });
    Ok(answer(&wanted, Body::from_stream(body)))
}

fn answer(wanted: &Wanted, body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(wanted.format.media_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    let disposition = format!("attachment; filename=\"{}\"", wanted.file_name());
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

type Piece = Result<Bytes, Error>;

async fn write(insights: Insights, wanted: Wanted, pieces: mpsc::Sender<Piece>, place: OwnedSemaphorePermit) {
    let mut reader = Reader(pieces);
    let written = insights.write(&wanted, &mut reader, &mut |_| ()).await;
    // Before the reader sees the end: whoever asks for the next report then finds room.
    drop(place);
    if let Err(error) = written
        && !reader.0.is_closed()
    {
        tracing::error!(?error, report = wanted.report.name(), "a report broke off");
        // The connection is cut, so that nobody takes a part for the whole.
        let _ = tokio::time::timeout(READER_PATIENCE, reader.0.send(Err(error))).await;
    }
}

/// Whoever asked for a report, and may hang up at any moment.
struct Reader(mpsc::Sender<Piece>);

impl Sink for Reader {
    fn write(&mut self, piece: Bytes) -> Pin<Box<dyn Future<Output = Result<()>> + Send + '_>> {
        Box::pin(async move {
            let gone = |_| Error::new(ErrorKind::Unavailable, "Nobody reads the report any more");
            self.0.send_timeout(Ok(piece), READER_PATIENCE).await.map_err(gone)
        })
    }
}
