// What the presets are called, and everything that a policy restricts, with how its values are written. What stands between
// backticks is code.

import type { PolicyPreset, PolicyRestriction } from "@/api/generated";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

interface Words {
  name: MessageDescriptor;
  about: MessageDescriptor;
}

/** The one that allows most first. */
export const PRESETS: Record<PolicyPreset, Words> = {
  open: { name: msg`Open`, about: msg`Anything. Whoever has it has the host.` },
  careful: { name: msg`Careful`, about: msg`What an application needs that does not manage the host.` },
  locked: { name: msg`Locked`, about: msg`Only images with a digest, ports on the loopback address, and nothing of the host or of others.` },
};

export const RESTRICTIONS: Record<PolicyRestriction, Words> = {
  privileged: { name: msg`Privileged containers`, about: msg({ message: "`container` for containers and `hook` for hooks." }) },
  namespaces: { name: msg`Namespaces of the host`, about: msg({ message: "`network`, `pid`, `ipc`, `uts`, `user` and `cgroup`." }) },
  capabilities: { name: msg`Capabilities`, about: msg({ message: "In upper case and without `CAP_`, such as `NET_ADMIN`." }) },
  devices: { name: msg`Devices`, about: msg({ message: "Paths on the host such as `/dev/dri/*`, rules such as `c 188:* rmw`, and requests such as `gpu`." }) },
  security_options: { name: msg`Security options`, about: msg({ message: "With `=`, such as `seccomp=unconfined`. `no-new-privileges` is always allowed." }) },
  sysctls: { name: msg`Kernel parameters`, about: msg({ message: "Their names, such as `net.*`." }) },
  binds: { name: msg`Files and folders of the host`, about: msg({ message: "Absolute paths, each with everything in it, or `*` for all of them; with `:ro` behind it, a path may only be read. What is in the stack’s own folder is always allowed, unless a container of the stack may write to a folder that it is in." }) },
  volume_drivers: { name: msg`Drivers of volumes`, about: msg({ message: "`local:nfs` is the driver `local` with the type `nfs`. `local` without options is always allowed." }) },
  volumes: { name: msg`Volumes of others`, about: msg`Names of volumes that the stack does not make itself.` },
  network_drivers: { name: msg`Drivers of networks`, about: msg({ message: "Such as `macvlan`. A network without a driver is always allowed." }) },
  network_options: { name: msg`Options of networks`, about: msg({ message: "Their names, such as `com.docker.network.driver.mtu`; `ipam:` and a name for a driver of addresses." }) },
  subnets: { name: msg`Address ranges of networks`, about: msg({ message: "Such as `10.20.0.0/16`, each with those in it, or `*` for all of them. One that the engine chooses is always allowed." }) },
  networks: { name: msg`Networks of others`, about: msg`Names of networks that the stack does not make itself.` },
  containers: { name: msg`Containers of others`, about: msg`Names of containers outside of the stack whose namespaces or volumes it shares.` },
  ports: { name: msg`Ports of the host`, about: msg({ message: "Numbers, ranges such as `1024-65535`, or `*` for all of them. A port that the engine chooses is always allowed." }) },
  addresses: { name: msg`Addresses for ports`, about: msg({ message: "Addresses of the host that ports are published on, such as `127.*`. A port without an address is on `0.0.0.0`." }) },
  images: { name: msg`Images`, about: msg({ message: "With their registry, such as `docker.io/library/nginx:*` or `*@sha256:*`. What the stack builds itself is always allowed." }) },
  builds: { name: msg`Networks of builds`, about: msg({ message: "The network that the steps of a build use; `default` if the definition has none." }) },
  runtimes: { name: msg`Runtimes`, about: msg({ message: "Names of OCI runtimes, such as `runsc`." }) },
  cgroup_parents: { name: msg`Parent control groups`, about: msg({ message: "Such as `batch.slice`." }) },
  log_drivers: { name: msg`Log drivers`, about: msg({ message: "Such as `syslog`. The engine’s default is always allowed." }) },
  oom_protection: { name: msg`Protection when memory runs out`, about: msg({ message: "`oom_score_adj` for values below zero, and `oom_kill_disable`." }) },
  annotations: { name: msg`Annotations`, about: msg({ message: "Their names, which runtimes may obey." }) },
};

export const PRESET_NAMES = Object.keys(PRESETS) as PolicyPreset[];
export const RESTRICTION_NAMES = Object.keys(RESTRICTIONS) as PolicyRestriction[];

/** These are no patterns. */
const PLAIN: ReadonlySet<PolicyRestriction> = new Set(["binds", "ports", "subnets"]);

export const isPattern = (what: PolicyRestriction): boolean => !PLAIN.has(what);
