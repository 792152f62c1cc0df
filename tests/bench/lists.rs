//! Lists, facets, search and figures over random filters, sorts and scopes.

use std::time::Instant;

use domain::{EntityKind, Kind, Value};
use services::{Services, figures, records};
use store::lists::{Comparison, Condition, Query, RowScope};

use crate::{op, percentiles};

/// A small generator: the same questions every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

/// Asks and prints.
pub(crate) async fn measure(services: &Services) {
    let def = EntityKind::System.def();
    let departments = store::keys::departments(&mut &services.db).await.unwrap();
    let filters: Vec<_> = def
        .fields
        .iter()
        .filter(|field| field.flags.filter && matches!(field.kind, Kind::Code { .. } | Kind::Bool))
        .collect();
    let sorts: Vec<_> = def.fields.iter().filter(|field| field.flags.sort).collect();
    let mut values = Vec::new();
    for field in &filters {
        let counts =
            store::lists::facet(&mut &services.db, &Query::new(def, RowScope::Everything), field).await.unwrap();
        values.push(counts.into_iter().map(|(value, _)| value).collect::<Vec<Value>>());
    }
    let mut random = Random(42);
    let (mut pages, mut facets) = (Vec::new(), Vec::new());
    for _ in 0..300 {
        let scope = match random.below(3) {
            0 => RowScope::Everything,
            _ => RowScope::Paths(vec![departments[random.below(departments.len())].path.clone()]),
        };
        let mut query = Query::new(def, scope);
        for _ in 0..2 {
            let chosen = random.below(filters.len());
            let known = &values[chosen];
            if known.is_empty() || query.conditions.iter().any(|condition| condition.field.name == filters[chosen].name)
            {
                continue;
            }
            let value = known[random.below(known.len())].clone();
            query.conditions.push(Condition {
                field: filters[chosen],
                comparison: Comparison::Among,
                values: vec![value],
            });
        }
        query.sort = Some((sorts[random.below(sorts.len())], random.below(2) == 1));
        let began = Instant::now();
        records::list(services, &op(), &query).await.unwrap();
        pages.push(began.elapsed());
        if facets.len() < 60 {
            let began = Instant::now();
            records::facets(services, &query, &filters[..filters.len().min(10)]).await.unwrap();
            facets.push(began.elapsed());
        }
    }
    println!("  list page, 2 filters + sort + scope: {}", percentiles(pages));
    println!("  ten facets under a filter: {}", percentiles(facets));
    let mut searches = Vec::new();
    for words in ["不动产", "登记", "平台", "管理 系统", "XT-0000", "教育", "智慧", "审批"] {
        for _ in 0..5 {
            let began = Instant::now();
            records::search(services, &op(), words, 50).await.unwrap();
            searches.push(began.elapsed());
        }
    }
    println!("  search: {}", percentiles(searches));
    let mut overviews = Vec::new();
    for _ in 0..20 {
        let began = Instant::now();
        figures::overview(services, &op(), None).await.unwrap();
        overviews.push(began.elapsed());
    }
    println!("  overview figures: {}", percentiles(overviews));
}
