//! Bodies and collections that fit in memory: members of a body, and lists of configurations,
//! partners and assignments, which are filtered and cut to pages here rather than in the store.

use serde_json::{Map, Value};

use crate::{answer::Answer, call::Call, error::Error};

impl Call<'_> {
    /// The body's members without the annotations that clients send along (graph-api.md 0.2).
    pub fn members(&self) -> Result<Map<String, Value>, Error> {
        let mut members = self.object()?;
        members.retain(|name, _| !name.contains('@'));
        Ok(members)
    }

    /// The body's members, of which there may be none at all.
    pub fn members_if_any(&self) -> Result<Map<String, Value>, Error> {
        if self.request.body.is_empty() { Ok(Map::new()) } else { self.members() }
    }

    fn option(&self, name: &str) -> Option<String> {
        let query = self.request.query.as_deref().unwrap_or_default();
        query.split('&').find_map(|pair| {
            let (found, value) = pair.split_once('=')?;
            let found = crate::path::decode(found)?;
            let found = found.strip_prefix('$').unwrap_or(&found);
            found
                .eq_ignore_ascii_case(name)
                .then(|| crate::path::decode(&value.replace('+', " ")))
                .flatten()
        })
    }

    /// Whether the caller wants to see this relation in place.
    pub fn expands(&self, relation: &str) -> bool {
        let wanted = self.option("expand").unwrap_or_default();
        wanted.split(',').any(|one| {
            let name = one.split('(').next().unwrap_or_default().trim();
            name.eq_ignore_ascii_case(relation) || name == "*"
        })
    }

    /// The members of an entity that the caller wants to see.
    pub fn select(&self, entity: Map<String, Value>) -> Map<String, Value> {
        let Some(wanted) = self.option("select") else { return entity };
        let wanted: Vec<&str> = wanted.split(',').map(str::trim).collect();
        let is_wanted = |name: &str| {
            name == "id"
                || self.expands(name)
                || wanted.iter().any(|one| *one == "*" || one.eq_ignore_ascii_case(name))
        };
        entity.into_iter().filter(|(name, _)| is_wanted(name)).collect()
    }

    /// A collection as the caller asked for it.
    pub fn answer_list(
        &self,
        context: &str,
        items: Vec<Map<String, Value>>,
    ) -> Result<Answer, Error> {
        let items = items.into_iter().map(|item| Value::Object(self.select(item)));
        Ok(Answer::collection(self, context, items.collect()))
    }
}
