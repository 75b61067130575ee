//! Templates and their versions.

use core_monitor_domain::ids::{TemplateId, VersionNumber};
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::ports::{
    AuditFilter, NewTemplate, NewTemplateVersion, SavedTemplate, StackChange, TemplateError,
};
use core_monitor_domain::stack_version::{Source, SourceFile};
use core_monitor_domain::template::{Braced, Declaration, KeyRule, Parameter, ParameterKind, Pattern};

use crate::fixture::{Fixture, ann, at, done_with, warning};
use crate::instance_store::new_instance;

contract!(
    a_created_template_is_there_with_its_version,
    a_name_belongs_to_one_template,
    versions_count_up,
    a_version_is_saved_only_after_the_one_its_author_saw,
    versions_are_listed_newest_first_in_pages,
    a_template_with_instances_is_not_deleted,
    a_deleted_template_leaves_its_name_and_keeps_its_versions,
    templates_are_listed_by_name_in_pages,
    a_source_comes_back_byte_for_byte,
    a_file_stays_when_a_stack_that_shares_it_is_gone,
    what_changes_templates_is_in_the_audit,
);

/// A template called `name` with version 1, saved by `ann` at second 0.
pub(crate) async fn template(f: &Fixture, name: &str) -> SavedTemplate {
    f.templates.create(new_template(f, name)).await.unwrap()
}

fn new_template(f: &Fixture, name: &str) -> NewTemplate {
    NewTemplate { id: TemplateId(f.id()), name: self::name(name), version: new_version(0) }
}

/// A version by `ann`.
pub(crate) fn new_version(second: i64) -> NewTemplateVersion {
    let mut source = Source::single("compose.yml", "services: {a: {image: x}}");
    source.variables.insert("TAG".to_owned(), "1".to_owned());
    NewTemplateVersion {
        author: ann(),
        comment: "as asked".to_owned(),
        source,
        declaration: declaration(),
        warnings: vec![warning()],
        now: at(second),
    }
}

fn declaration() -> Declaration {
    let parameter = |name: &str, kind| Parameter {
        name: name.parse().unwrap(),
        label: Some("a label".to_owned()),
        help: None,
        optional: false,
        kind,
    };
    let key =
        KeyRule { pattern: Some(Pattern::new("[a-z]+").unwrap()), example: Some("example".parse().unwrap()) };
    Declaration {
        title: Some("Shop".to_owned()),
        key,
        url: Some(Braced::new("http://{key}.localhost:{PORT}")),
        parameters: vec![
            parameter("PORT", ParameterKind::HostPort { range: "8002-8201".parse().unwrap() }),
            parameter("SIZE", ParameterKind::Int { default: Some(1), min: None, max: Some(9) }),
            parameter("PASSWORD", ParameterKind::Secret { generate: Some(32) }),
        ],
        ..Declaration::default()
    }
}

fn name(text: &str) -> TemplateName {
    text.parse().unwrap()
}

async fn a_created_template_is_there_with_its_version(f: &Fixture) {
    let new = new_template(f, "shop");
    let saved = f.templates.create(new.clone()).await.unwrap();
    let first = VersionNumber(1);
    assert_eq!((saved.template.id, saved.template.latest_version), (new.id, first));
    assert_eq!((saved.template.created_at, saved.template.updated_at), (at(0), at(0)));
    assert_eq!(saved.version, new.version.numbered(new.id, first));
    assert_eq!(f.templates.find(&name("shop")).await.unwrap(), Some(saved.template));
    assert_eq!(f.templates.find_version(new.id, first).await.unwrap(), Some(saved.version));
    assert_eq!(f.templates.find(&name("other")).await.unwrap(), None);
    assert_eq!(f.templates.find_version(new.id, VersionNumber(2)).await.unwrap(), None);
    assert_eq!(f.templates.find_version(TemplateId(f.id()), first).await.unwrap(), None);
    assert_eq!(f.queue().await, "", "it is no command");
}

async fn a_name_belongs_to_one_template(f: &Fixture) {
    template(f, "shop").await;
    let refused = f.templates.create(new_template(f, "shop")).await.unwrap_err();
    let TemplateError::NameTaken { name } = refused else { panic!("{refused}") };
    assert_eq!(name.as_str(), "shop");
    template(f, "other").await;
    // A stack may have the name of a template.
    f.stack("shop").await;
}

async fn versions_count_up(f: &Fixture) {
    let first = template(f, "shop").await;
    let new = NewTemplateVersion { source: Source::single("a.yml", "services: {}"), ..new_version(5) };
    let second = f.templates.add_version(&name("shop"), None, new).await.unwrap();
    assert_eq!(second.version.version, VersionNumber(2));
    assert_ne!(second.version.content_hash, first.version.content_hash);
    assert_eq!((second.template.created_at, second.template.updated_at), (at(0), at(5)));
    assert_eq!(second.template.latest_version, VersionNumber(2));
    // Saving the same source again still creates a version.
    let third = f.templates.add_version(&name("shop"), None, new_version(6)).await.unwrap();
    assert_eq!(third.version.version, VersionNumber(3));
    assert_eq!(third.version.content_hash, first.version.content_hash);
    assert_eq!(f.templates.find(&name("shop")).await.unwrap(), Some(third.template));
    let kept = f.templates.find_version(first.template.id, VersionNumber(1)).await.unwrap();
    assert_eq!(kept, Some(first.version));
    let unknown = f.templates.add_version(&name("other"), None, new_version(7)).await;
    assert!(matches!(unknown, Err(TemplateError::NotFound)), "{unknown:?}");
}

async fn a_version_is_saved_only_after_the_one_its_author_saw(f: &Fixture) {
    template(f, "shop").await;
    let add = async |expected| {
        f.templates.add_version(&name("shop"), Some(VersionNumber(expected)), new_version(1)).await
    };
    add(1).await.unwrap();
    let refused = add(1).await.unwrap_err();
    let TemplateError::PreconditionFailed { current } = refused else { panic!("{refused}") };
    assert_eq!(current, VersionNumber(2));
    assert!(add(3).await.is_err());
    assert_eq!(add(2).await.unwrap().version.version, VersionNumber(3));
}

async fn versions_are_listed_newest_first_in_pages(f: &Fixture) {
    let id = template(f, "shop").await.template.id;
    template(f, "other").await;
    for second in 1..5 {
        f.templates.add_version(&name("shop"), None, new_version(second)).await.unwrap();
    }
    let (mut before, mut pages) = (None, Vec::new());
    loop {
        let page = f.templates.list_versions(id, before, 2).await.unwrap();
        pages.push(page.items.iter().map(|version| version.version.0).collect::<Vec<_>>());
        before = page.items.last().map(|version| version.version);
        if !page.more {
            break;
        }
    }
    assert_eq!(pages, [vec![5, 4], vec![3, 2], vec![1]]);
}

async fn a_template_with_instances_is_not_deleted(f: &Fixture) {
    let shop = template(f, "shop").await.template;
    f.instances.launch(new_instance(f, &shop, "a", &[])).await.unwrap();
    f.instances.launch(new_instance(f, &shop, "b", &[])).await.unwrap();
    let delete = async || f.templates.delete(&shop.name, &ann(), at(9)).await;
    let refused = delete().await.unwrap_err();
    assert!(matches!(refused, TemplateError::InUse { instances: 2 }), "{refused}");
    assert!(f.templates.find(&shop.name).await.unwrap().is_some());
    let lease = f.lease(1).await;
    for second in [2, 3] {
        f.run(&lease, second, done_with(StackChange { deleted: true, ..StackChange::default() })).await;
    }
    delete().await.unwrap();
    assert_eq!(f.templates.find(&shop.name).await.unwrap(), None);
}

async fn a_deleted_template_leaves_its_name_and_keeps_its_versions(f: &Fixture) {
    let old = template(f, "shop").await;
    f.templates.delete(&name("shop"), &ann(), at(1)).await.unwrap();
    assert_eq!(f.templates.find(&name("shop")).await.unwrap(), None);
    assert_eq!(f.templates.list(None, 9).await.unwrap().items, []);
    let again = f.templates.delete(&name("shop"), &ann(), at(2)).await;
    assert!(matches!(again, Err(TemplateError::NotFound)), "{again:?}");
    let add = f.templates.add_version(&name("shop"), None, new_version(2)).await;
    assert!(matches!(add, Err(TemplateError::NotFound)), "{add:?}");
    let new = template(f, "shop").await;
    assert_ne!(new.template.id, old.template.id);
    assert_eq!(f.templates.find(&name("shop")).await.unwrap(), Some(new.template));
    let (id, first) = (old.template.id, VersionNumber(1));
    assert_eq!(f.templates.find_version(id, first).await.unwrap(), Some(old.version));
    assert!(f.templates.source(id, first).await.unwrap().is_some());
}

async fn templates_are_listed_by_name_in_pages(f: &Fixture) {
    for name in ["web", "db", "a-b", "a", "a_b"] {
        template(f, name).await;
    }
    f.templates.add_version(&name("a-b"), None, new_version(5)).await.unwrap();
    let web = f.templates.find(&name("web")).await.unwrap().unwrap();
    for key in ["one", "two"] {
        f.instances.launch(new_instance(f, &web, key, &[])).await.unwrap();
    }
    let (mut after, mut pages) = (None, Vec::new());
    loop {
        let page = f.templates.list(after, 2).await.unwrap();
        let lines = page.items.iter().map(|listed| {
            assert_eq!(listed.latest.version, listed.template.latest_version);
            assert_eq!(listed.latest.template, listed.template.id);
            format!("{} v{} {}", listed.template.name, listed.latest.version, listed.instances)
        });
        pages.push(lines.collect::<Vec<_>>().join(", "));
        after = page.items.last().map(|listed| listed.template.name.clone());
        if !page.more {
            break;
        }
    }
    assert_eq!(pages, ["a v1 0, a-b v2 0", "a_b v1 0, db v1 0", "web v1 2"]);
}

async fn a_source_comes_back_byte_for_byte(f: &Fixture) {
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let mut new = new_template(f, "shop");
    let source = &mut new.version.source;
    source.files.insert("over.yml".to_owned(), "services: {}".into());
    source.files.insert("files/data.bin".to_owned(), SourceFile::new(bytes, true));
    source.files.insert("files/empty".to_owned(), "".into());
    source.files.insert("files/same".to_owned(), "".into());
    source.compose_files.push("over.yml".to_owned());
    let (id, source) = (new.id, source.clone());
    f.templates.create(new).await.unwrap();
    let first = VersionNumber(1);
    assert_eq!(f.templates.source(id, first).await.unwrap().as_ref(), Some(&source));
    assert_eq!(f.templates.list_files(id, first).await.unwrap(), source.entries());
    let read = async |path: &str| f.templates.read_file(id, first, path).await.unwrap();
    for (path, file) in &source.files {
        assert_eq!(read(path.as_str()).await.as_ref(), Some(file), "{path}");
    }
    assert_eq!(read("nothing").await, None);
    assert_eq!(f.templates.source(id, VersionNumber(2)).await.unwrap(), None);
    assert_eq!(f.templates.list_files(id, VersionNumber(2)).await.unwrap(), []);
    // A version without files is a version.
    let empty = NewTemplateVersion { source: Source::default(), ..new_version(1) };
    f.templates.add_version(&name("shop"), None, empty).await.unwrap();
    assert_eq!(f.templates.source(id, VersionNumber(2)).await.unwrap(), Some(Source::default()));
}

async fn a_file_stays_when_a_stack_that_shares_it_is_gone(f: &Fixture) {
    let shop = template(f, "shop").await.template;
    let stack = f.stack("web").await.stack.id;
    let files = f.stacks.list_files(stack, VersionNumber(1)).await.unwrap();
    assert_eq!(files, f.templates.list_files(shop.id, VersionNumber(1)).await.unwrap());
    f.apply(stack).await;
    let lease = f.lease(2).await;
    f.run(&lease, 3, done_with(StackChange { deleted: true, ..StackChange::default() })).await;
    while f.records.remove_files_of_deleted(at(9), 100).await.unwrap() {}
    assert_eq!(f.stacks.list_files(stack, VersionNumber(1)).await.unwrap(), []);
    let source = f.templates.source(shop.id, VersionNumber(1)).await.unwrap();
    assert_eq!(source, Some(new_version(0).source));
}

async fn what_changes_templates_is_in_the_audit(f: &Fixture) {
    template(f, "shop").await;
    f.templates.create(new_template(f, "shop")).await.unwrap_err();
    f.templates.add_version(&name("shop"), None, new_version(1)).await.unwrap();
    let stale = f.templates.add_version(&name("shop"), Some(VersionNumber(1)), new_version(1)).await;
    stale.unwrap_err();
    f.templates.delete(&name("shop"), &ann(), at(2)).await.unwrap();
    f.templates.delete(&name("shop"), &ann(), at(3)).await.unwrap_err();
    let page = f.audit.list(&AuditFilter { limit: 10, ..AuditFilter::default() }).await.unwrap();
    let line = |record: &core_monitor_domain::audit::AuditRecord| {
        let entry = &record.entry;
        format!("{} {} {} {}", entry.actor.label(), entry.action, entry.resource, entry.change)
    };
    assert_eq!(
        page.items.iter().map(line).collect::<Vec<_>>(),
        [
            "ann delete_template template:shop removed",
            "ann save_template_version template:shop replaced",
            "ann create_template template:shop created",
        ]
    );
    assert_eq!(page.items.iter().map(|record| record.entry.at).collect::<Vec<_>>(), [at(2), at(1), at(0)]);
}
