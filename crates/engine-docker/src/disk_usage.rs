//! How much space the engine's objects take.
//!
//! The engine walks through volumes and layers to add it up, which takes seconds on a host with many files, so this is asked
//! only when somebody wants to know. Engines from API 1.52 on group the answer by kind and list the objects only if asked;
//! earlier ones have one list per kind. Sources: API of 20.10 and 29, `/system/df`.

use std::collections::BTreeMap;

use bollard::errors::Error;
use core_monitor_domain::ids::{ContainerId, ImageId};
use core_monitor_domain::inventory::{BuildCacheUsage, DiskUsage};
use core_monitor_domain::time::Timestamp;
use hyper::Method;
use serde::Deserialize;

use crate::session::Session;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Answer {
    layers_size: Option<i64>,
    images: Option<Vec<Image>>,
    containers: Option<Vec<Container>>,
    volumes: Option<Vec<Volume>>,
    build_cache: Option<Vec<CacheRecord>>,
    image_usage: Option<Usage<Image>>,
    container_usage: Option<Usage<Container>>,
    volume_usage: Option<Usage<Volume>>,
    build_cache_usage: Option<Usage<CacheRecord>>,
}

/// The form of newer engines.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Usage<T> {
    #[serde(default)]
    total_size: Option<i64>,
    #[serde(default = "Option::default")]
    items: Option<Vec<T>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Image {
    id: String,
    /// -1 if it was not added up.
    #[serde(default)]
    shared_size: i64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Container {
    id: String,
    #[serde(default)]
    size_rw: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Volume {
    name: String,
    #[serde(default)]
    usage_data: Option<VolumeUsage>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VolumeUsage {
    /// -1 if the driver does not tell.
    #[serde(default)]
    size: i64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CacheRecord {
    #[serde(default)]
    size: i64,
    #[serde(default)]
    in_use: bool,
    #[serde(default)]
    shared: bool,
}

/// Asks the engine to add it up.
pub(crate) async fn read(session: &Session, now: Timestamp) -> Result<DiskUsage, Error> {
    let answer: Answer = session.json(Method::GET, "/system/df?verbose=true", None).await?;
    Ok(usage(answer, now))
}

fn usage(answer: Answer, now: Timestamp) -> DiskUsage {
    let layers = answer.layers_size.or(answer.image_usage.as_ref().and_then(|usage| usage.total_size));
    let images =
        listed(answer.images, answer.image_usage).map(|image| (ImageId(image.id), image.shared_size));
    let containers = listed(answer.containers, answer.container_usage)
        .map(|container| (ContainerId(container.id), container.size_rw.unwrap_or_default()));
    let volumes = listed(answer.volumes, answer.volume_usage)
        .filter_map(|volume| Some((volume.name, volume.usage_data?.size)));
    DiskUsage {
        taken_at: now,
        layers: layers.and_then(|size| u64::try_from(size).ok()).unwrap_or_default(),
        shared: known(images),
        volumes: known(volumes),
        containers: known(containers),
        build_cache: build_cache(listed(answer.build_cache, answer.build_cache_usage)),
    }
}

/// The objects, whichever form the answer has.
fn listed<T>(old: Option<Vec<T>>, new: Option<Usage<T>>) -> impl Iterator<Item = T> {
    old.or(new.and_then(|usage| usage.items)).into_iter().flatten()
}

/// Without those whose size is negative, which means that it is unknown.
fn known<K: Ord>(sizes: impl Iterator<Item = (K, i64)>) -> BTreeMap<K, u64> {
    sizes.filter_map(|(key, size)| Some((key, u64::try_from(size).ok()?))).collect()
}

fn build_cache(records: impl Iterator<Item = CacheRecord>) -> BuildCacheUsage {
    let mut usage = BuildCacheUsage::default();
    for record in records {
        let size = u64::try_from(record.size).unwrap_or_default();
        usage.total = usage.total.saturating_add(size);
        if !record.in_use && !record.shared {
            usage.unused = usage.unused.saturating_add(size);
            usage.unused_entries = usage.unused_entries.saturating_add(1);
        }
    }
    usage
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answer: &str) {
        let usage = usage(serde_json::from_str(answer).unwrap(), Timestamp::from_millis(0).unwrap());
        assert_eq!(usage.layers, 300);
        assert_eq!(usage.shared, BTreeMap::from([(ImageId::from("sha256:a"), 100)]));
        assert_eq!(usage.volumes, BTreeMap::from([("data".to_owned(), 40)]));
        assert_eq!(
            usage.containers,
            BTreeMap::from([(ContainerId::from("c1"), 0), (ContainerId::from("c2"), 7)])
        );
        let cache = usage.build_cache;
        assert_eq!((cache.total, cache.unused, cache.unused_entries), (60, 10, 1));
    }

    #[test]
    fn both_forms_of_the_answer_are_read() {
        let images = r#"[{"Id":"sha256:a","SharedSize":100,"Size":200},{"Id":"sha256:b","SharedSize":-1}]"#;
        let containers = r#"[{"Id":"c1"},{"Id":"c2","SizeRw":7}]"#;
        let volumes = r#"[{"Name":"data","UsageData":{"Size":40,"RefCount":1}},{"Name":"nfs","UsageData":{"Size":-1}},{"Name":"new"}]"#;
        let cache = r#"[{"Size":10,"InUse":false,"Shared":false},{"Size":20,"InUse":true},{"Size":30,"Shared":true}]"#;
        check(&format!(
            r#"{{"LayersSize":300,"Images":{images},"Containers":{containers},"Volumes":{volumes},"BuildCache":{cache},"BuilderSize":0}}"#
        ));
        check(&format!(
            r#"{{"ImageUsage":{{"TotalSize":300,"Items":{images}}},"ContainerUsage":{{"Items":{containers}}},
                "VolumeUsage":{{"TotalCount":3,"Items":{volumes}}},"BuildCacheUsage":{{"Items":{cache}}}}}"#
        ));
    }

    #[test]
    fn an_engine_without_anything_takes_nothing() {
        let answer = r#"{"LayersSize":0,"Images":null,"Containers":[],"Volumes":null,"BuildCache":null}"#;
        let usage = usage(serde_json::from_str(answer).unwrap(), Timestamp::from_millis(0).unwrap());
        assert_eq!((usage.layers, usage.build_cache), (0, BuildCacheUsage::default()));
    }
}
