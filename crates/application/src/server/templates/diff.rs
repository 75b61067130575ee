//! The differences between two versions of a template.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{TemplateId, VersionNumber};
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack_version::{FileEntry, SourceFile};

use super::super::diff_versions::changed;
use super::super::{FileDiff, Server, ServerPorts};
use super::TemplateQueryError;
use super::query_error::{files_of, template_of};

impl Server {
    /// Compares the files of two versions, whichever is older. What they mean depends on the values of an instance.
    pub async fn diff_template_versions(
        &self,
        actor: &Actor,
        name: &TemplateName,
        from: VersionNumber,
        to: VersionNumber,
    ) -> Result<Vec<FileDiff>, TemplateQueryError> {
        let ports =
            self.permit(actor, Action::DiffTemplateVersions, &Resource::Template(name.clone())).await?;
        let id = template_of(ports, name).await?.id;
        let mut files = changed(files_of(ports, id, from).await?, files_of(ports, id, to).await?);
        for (place, file) in files.iter_mut().enumerate() {
            let mut texts = None;
            if file.is_readable(place) {
                let before = text(ports, id, from, file.from.as_ref()).await?;
                texts = Some([before, text(ports, id, to, file.to.as_ref()).await?]);
            }
            file.compare(texts);
        }
        Ok(files)
    }
}

async fn text(
    ports: &ServerPorts,
    template: TemplateId,
    version: VersionNumber,
    entry: Option<&FileEntry>,
) -> Result<Option<SourceFile>, StoreError> {
    match entry {
        Some(entry) => ports.templates.read_file(template, version, &entry.path).await,
        None => Ok(None),
    }
}
