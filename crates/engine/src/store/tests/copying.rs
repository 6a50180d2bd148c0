//! A store in another database is the same store.

use schema::{Claim, Observable, Timestamp};

use super::{
    super::{ClaimFilter, EventFilter},
    Kept, each_kind, finding, hour, run,
};
use crate::bench::made_up_event;

#[tokio::test]
async fn a_copy_holds_what_the_store_held_and_goes_on_from_there() {
    for from in each_kind().await {
        fill(&from).await;
        for to in each_kind().await {
            let copied = from.store.copy_to(&to.store).await.expect("copies");
            let rows = |table: &str| copied.iter().find(|one| one.table == table).map(|one| one.rows);
            assert_eq!((rows("claims"), rows("threat_events"), rows("findings")), (Some(3), Some(700), Some(1)));
            let all = ClaimFilter { limit: 9, ..ClaimFilter::default() };
            let claims = from.store.list_claims(&all).await.expect("reads");
            assert_eq!(to.store.list_claims(&all).await.expect("reads"), claims);
            let page = EventFilter { limit: Some(50), ..EventFilter::default() };
            assert_eq!(to.store.events(&page).await.expect("reads"), from.store.events(&page).await.expect("reads"));
            // Numbers that the database gives do not begin again.
            to.store
                .save_claims(&[Claim::new(Observable::Ip, "192.0.2.1", "new")], Timestamp::default())
                .await
                .expect("writes");
            assert_eq!(to.store.list_claims(&all).await.expect("reads").len(), 4);
            assert_eq!(to.store.count_claims().await.expect("reads"), 4);

            let refused = from.store.copy_to(&to.store).await.expect_err("it is not empty");
            assert!(refused.to_string().contains("not empty"), "{refused}");
            assert_eq!(to.store.count_claims().await.expect("reads"), 4, "and nothing was changed");
        }
    }
}

async fn fill(kept: &Kept) {
    let odd = ["evil.example", "nul\0.example", "q\"uote'.example"];
    let claims: Vec<Claim> = odd.iter().map(|value| Claim::new(Observable::FileName, *value, *value)).collect();
    kept.store.save_claims(&claims, Timestamp::default()).await.expect("writes");
    let events: Vec<_> = (0..700).map(made_up_event).collect();
    kept.store.add_events(&events, &run()).await.expect("writes");
    let one = finding("finding--\0", "sub\0ject", hour(1));
    kept.store.replace_findings("indicator", hour(1), &[one], &run()).await.expect("writes");
}

#[tokio::test]
async fn a_store_is_not_copied_into_itself() {
    for kept in each_kind().await {
        fill(&kept).await;
        let refused = kept.store.copy_to(&kept.store).await.expect_err("it is not empty");
        assert!(refused.to_string().contains("not empty"), "{refused}");
        assert_eq!(kept.store.count_claims().await.expect("reads"), 3);
    }
}
