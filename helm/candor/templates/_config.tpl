{{/* Settings of a serving node: dict root, component, roles, values (its section), and for pools pool. */}}
{{- define "candor.config" -}}
{{- $root := .root -}}
{{- $v := .root.Values -}}
{{- $single := include "candor.single" $root -}}
{{- $doors := has "gateway" .roles -}}
candor.node {
  data-dir = "/var/lib/candor"
  roles = {{ .roles | toJson }}
  production = {{ $v.production }}
  {{- if $v.production }}
  profile = production
  {{- end }}
  network = {{ $v.network.name | quote }}
  partitions = {{ $v.network.partitions }}
  cluster {
    host = ${POD_IP}
    port = 17355
    {{- if not $single }}
    bootstrap = true
    {{- end }}
  }
  management {
    enabled = true
    host = ${POD_IP}
    port = 7626
    {{- if $v.monitoring.tokenSecret }}
    token-file = "/run/candor/secrets/scrape/token"
    {{- end }}
  }
  {{- if and $doors $v.tls.doors.enabled }}
  tls {
    certificate = "/run/candor/tls/doors/tls.crt"
    key = "/run/candor/tls/doors/tls.key"
  }
  {{- end }}
  grpc {
    enabled = {{ $doors }}
    host = "0.0.0.0"
    port = 8001
  }
  auth {
    mode = api-keys
    keys-file = "/run/candor/secrets/auth/api-keys"
  }
  keys {
    {{- if or (has "cpu" .roles) (has "gpu" .roles) }}
    executor = "/run/candor/keys/executor.pem"
    {{- end }}
    pseudonym = "/run/candor/keys/pseudonym.key"
  }
  drain = {{ $v.shutdown.drainSeconds }}s
}
candor.blobs.folder = "/var/lib/candor/blobs"
candor.rest {
  host = {{ ternary "0.0.0.0" "127.0.0.1" $doors | quote }}
  port = 8000
  drain-timeout = {{ $v.shutdown.drainSeconds }}s
}
{{- if eq $v.journal.kind "embedded" }}
candor.journal.kind = sqlite
{{- else }}
{{ include "candor.journalConfig" $root }}
{{- end }}
{{- if or (has "cpu" .roles) (has "gpu" .roles) }}
candor.executor {
  devices = {{ if and (hasKey .values "devices") .values.devices }}{{ .values.devices | toJson }}{{ else }}auto{{ end }}
  native-folder = "/var/cache/candor/natives"
}
{{- else }}
candor.executor.devices = none
{{- end }}
{{- if has "prover" .roles }}
candor.prover.provers = {{ $v.provers.perNode }}
{{- end }}
{{- if $v.ledger.validators }}
candor.ledger {
  validators = {{ $v.ledger.validators | toJson }}
  genesis = "/etc/candor-genesis/genesis.json"
  key = {{ if eq .component "core" }}"/run/candor/keys/ledger/"${POD_NAME}".pem"{{ else }}"/run/candor/keys/ledger/{{ .component }}.pem"{{ end }}
  feed {
    host = {{ if eq .component "core" }}"0.0.0.0"{{ else }}"127.0.0.1"{{ end }}
    port = 7710
  }
}
{{- end }}
{{- if not $single }}
pekko {
  discovery {
    method = kubernetes-api
    kubernetes-api {
      pod-namespace = {{ $root.Release.Namespace | quote }}
      pod-label-selector = "app.kubernetes.io/name=candor,app.kubernetes.io/instance={{ $root.Release.Name }},app.kubernetes.io/component=core"
      pod-domain = {{ $v.cluster.domain | quote }}
      use-raw-ip = true
      container-name = candor
    }
  }
  management.cluster.bootstrap {
    new-cluster-enabled = {{ eq .component "core" }}
    contact-point-discovery {
      service-name = {{ include "candor.fullname" $root | quote }}
      port-name = management
      required-contact-point-nr = {{ min 3 (int $v.core.replicas) }}
    }
  }
  # In a rolling update shards go to the nodes of the newest release first.
  cluster.app-version = {{ $root.Chart.AppVersion | quote }}
  cluster.split-brain-resolver {
    active-strategy = {{ $v.cluster.resolver }}
    stable-after = {{ $v.cluster.stableAfter }}
    {{- if eq $v.cluster.resolver "lease-majority" }}
    lease-majority {
      lease-implementation = "pekko.coordination.lease.kubernetes"
      lease-name = {{ printf "%s-sbr" (include "candor.fullname" $root) | quote }}
      role = core
    }
    {{- end }}
  }
  {{- if eq $v.cluster.resolver "lease-majority" }}
  coordination.lease.kubernetes {
    lease-class = "org.apache.pekko.coordination.lease.kubernetes.NativeKubernetesLease"
    namespace = {{ $root.Release.Namespace | quote }}
  }
  {{- end }}
  {{- if $v.tls.cluster.enabled }}
  remote.artery {
    transport = tls-tcp
    ssl {
      ssl-engine-provider = "org.apache.pekko.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider"
      rotating-keys-engine.secret-mount-point = "/run/candor/tls/cluster"
    }
  }
  {{- end }}
}
{{- end }}
pekko.coordinated-shutdown.phases.service-unbind.timeout = {{ add $v.shutdown.drainSeconds 5 }}s
{{- with .values.config }}
{{ . | trim }}
{{- end }}
{{ end -}}

{{- define "candor.journalConfig" -}}
{{- $v := .Values -}}
candor.journal {
  kind = cassandra
  cassandra {
    contact-points = {{ include "candor.contactPoints" . }}
    local-datacenter = {{ eq $v.journal.kind "k8ssandra" | ternary $v.journal.k8ssandra.datacenter $v.journal.cassandra.localDatacenter | quote }}
    keyspace = {{ $v.journal.cassandra.keyspace | quote }}
    {{- if eq $v.journal.kind "k8ssandra" }}
    replication-strategy = NetworkTopologyStrategy
    data-center-replication-factors = [{{ printf "%s:%d" $v.journal.k8ssandra.datacenter (min 3 (int $v.journal.k8ssandra.size)) | quote }}]
    {{- else }}
    replication-strategy = {{ $v.journal.cassandra.replication.strategy }}
    replication-factor = {{ $v.journal.cassandra.replication.factor }}
    data-center-replication-factors = {{ $v.journal.cassandra.replication.dataCenters | toJson }}
    {{- end }}
  }
}
{{- if include "candor.cassandraCredentials" . }}
datastax-java-driver.advanced.auth-provider {
  class = PlainTextAuthProvider
  username = ${CASSANDRA_USERNAME}
  password = ${CASSANDRA_PASSWORD}
}
{{- end }}
{{- if and (eq $v.journal.kind "external") $v.journal.cassandra.truststoreSecret }}
datastax-java-driver.advanced.ssl-engine-factory {
  class = DefaultSslEngineFactory
  hostname-validation = true
  truststore-path = "/run/candor/secrets/truststore/truststore.p12"
  truststore-password = ${CASSANDRA_TRUSTSTORE_PASSWORD}
}
{{- end }}
{{- end -}}

{{/* Settings of a validator: dict root, validator. */}}
{{- define "candor.validatorConfig" -}}
{{- $v := .root.Values.validators -}}
candor.validator {
  data-dir = "/var/lib/candor"
  key = "/run/candor/keys/validator.pem"
  genesis = "/etc/candor-genesis/genesis.json"
  host = "0.0.0.0"
  port = 7700
  {{- $own := printf "%s-%s" (include "candor.fullname" .root) .validator.name }}
  {{- $peers := list }}
  {{- range $v.peers }}
  {{- $host := first (splitList ":" .address) }}
  {{- if not (or (eq $host $own) (hasPrefix (printf "%s." $own) $host)) }}{{ $peers = append $peers (dict "key" .key "address" .address) }}{{ end }}
  {{- end }}
  management {
    enabled = true
    host = "0.0.0.0"
    port = 7626
    {{- if .root.Values.monitoring.tokenSecret }}
    token-file = "/run/candor/secrets/scrape/token"
    {{- end }}
  }
  peers = {{ $peers | toJson }}
  feeds = {{ $v.feeds | toJson }}
  observers = {{ $v.observers | toJson }}
}
{{- with $v.config }}
{{ . | trim }}
{{- end }}
{{ end -}}
