//! Cases: those whose marking the reader may see, each with the evidence inside of the scope.

use intel::work::case::{Case, CaseChange};
use schema::Tlp;

use super::View;
use crate::{
    CaseFilter, Result,
    outward::Shared,
    work::{Moment, NewCase},
};

impl View {
    pub async fn cases(&self, filter: &CaseFilter) -> Result<Vec<Case>> {
        self.seen.cases(filter).await
    }

    /// The one case of this number, id, or beginning of an id.
    pub async fn case(&self, name: &str) -> Result<Case> {
        self.seen.case(name).await
    }

    /// The cases that an event is in.
    pub async fn cases_of_event(&self, event_id: &str) -> Result<Vec<Case>> {
        self.seen.cases_of_event(event_id).await
    }

    /// What happened and what was done, in the order of time.
    pub async fn timeline(&self, case: &Case) -> Result<Vec<Moment>> {
        self.seen.timeline(case).await
    }

    pub async fn open_case(&self, new: &NewCase) -> Result<Case> {
        self.seen.open_case(&NewCase { by: self.by.clone(), ..new.clone() }).await
    }

    /// Makes several changes of a case, all of them or none. Gives the case as it is then.
    pub async fn work_on_case(&self, name: &str, changes: &[CaseChange], version: Option<i64>) -> Result<Case> {
        self.seen.work_on_case(name, changes, &self.by, version).await
    }

    /// A case as STIX: what is marked too strictly stays.
    pub async fn share_case(&self, name: &str, ceiling: Option<Tlp>, conceal: bool) -> Result<Shared> {
        self.seen.share_case(name, ceiling, conceal).await
    }
}
