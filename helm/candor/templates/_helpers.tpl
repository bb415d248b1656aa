{{- define "candor.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Labels that select the pods of a release: dict root, and component or nothing. */}}
{{- define "candor.selector" -}}
app.kubernetes.io/name: candor
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- with .pool }}
candor.dev/pool: {{ . }}
{{- end }}
{{- end -}}

{{- define "candor.labels" -}}
{{ include "candor.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{/* dict root, image: values that win over the chart's. */}}
{{- define "candor.image" -}}
{{- $own := .image | default dict -}}
{{- $base := .root.Values.image -}}
{{- $repository := $own.repository | default $base.repository -}}
{{- $digest := ternary $own.digest $base.digest (not (empty $own.repository)) -}}
{{- $tag := ternary $own.tag $base.tag (not (empty $own.repository)) | default .root.Chart.AppVersion -}}
{{- if $digest -}}{{ $repository }}@{{ $digest }}{{- else -}}{{ $repository }}:{{ $tag }}{{- end -}}
{{- end -}}

{{- define "candor.single" -}}
{{- if eq .Values.topology "single" }}true{{ end -}}
{{- end -}}

{{/* Whether the release has serving nodes. */}}
{{- define "candor.serving" -}}
{{- if not .Values.validators.enabled }}true{{ end -}}
{{- end -}}

{{- define "candor.cassandra" -}}
{{- if and (include "candor.serving" .) (ne .Values.journal.kind "embedded") }}true{{ end -}}
{{- end -}}

{{- define "candor.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}{{ include "candor.fullname" . }}{{- else -}}{{ default "default" .Values.serviceAccount.name }}{{- end -}}
{{- end -}}

{{/* The generated Secret stands in for those that are not named. */}}
{{- define "candor.authSecret" -}}{{ .Values.auth.existingSecret | default (printf "%s-generated" (include "candor.fullname" .)) }}{{- end -}}
{{- define "candor.pseudonymSecret" -}}{{ .Values.network.pseudonymSecret | default (printf "%s-generated" (include "candor.fullname" .)) }}{{- end -}}
{{- define "candor.apiKeySecret" -}}{{ .Values.tests.apiKeySecret | default (printf "%s-generated" (include "candor.fullname" .)) }}{{- end -}}
{{- define "candor.clusterTlsSecret" -}}{{ .Values.tls.cluster.existingSecret | default (printf "%s-cluster-tls" (include "candor.fullname" .)) }}{{- end -}}
{{- define "candor.doorsTlsSecret" -}}{{ .Values.tls.doors.existingSecret | default (printf "%s-doors-tls" (include "candor.fullname" .)) }}{{- end -}}
{{- define "candor.modelsClaim" -}}{{ .Values.models.existingClaim | default (printf "%s-models" (include "candor.fullname" .)) }}{{- end -}}

{{- define "candor.cassandraCredentials" -}}
{{- if eq .Values.journal.kind "k8ssandra" -}}{{ include "candor.fullname" . }}-journal-superuser
{{- else if eq .Values.journal.kind "external" -}}{{ .Values.journal.cassandra.credentialsSecret }}
{{- end -}}
{{- end -}}

{{- define "candor.contactPoints" -}}
{{- if eq .Values.journal.kind "bundled" -}}
{{- list (printf "%s-cassandra.%s.svc:9042" (include "candor.fullname" .) .Release.Namespace) | toJson -}}
{{- else if eq .Values.journal.kind "k8ssandra" -}}
{{- list (printf "%s-journal-%s-service.%s.svc:9042" (include "candor.fullname" .) .Values.journal.k8ssandra.datacenter .Release.Namespace) | toJson -}}
{{- else -}}
{{- .Values.journal.cassandra.contactPoints | toJson -}}
{{- end -}}
{{- end -}}

{{/* A stopping pod gets what its phases take: preStop, doors, the node's other phases, and a little. */}}
{{- define "candor.grace" -}}
{{- with .Values.shutdown -}}{{ add .preStopSeconds .drainSeconds 5 .phasesSeconds 10 }}{{- end -}}
{{- end -}}

{{- define "candor.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "candor.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "candor.spread" -}}
{{- if .root.Values.spread.enabled }}
topologySpreadConstraints:
  {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: {{ $.root.Values.spread.whenUnsatisfiable }}
    labelSelector:
      matchLabels:
        {{- include "candor.selector" $ | nindent 8 }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "candor.placement" -}}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* A claim for a pod of a StatefulSet: dict name, size, storageClassName. */}}
{{- define "candor.claim" -}}
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata:
    name: {{ .name }}
  spec:
    accessModes: [ReadWriteOnce]
    {{- with .storageClassName }}
    storageClassName: {{ . }}
    {{- end }}
    resources:
      requests:
        storage: {{ .size }}
{{- end -}}

{{/* The pools with what executorDefaults say of them. */}}
{{- define "candor.pools" -}}
{{- $pools := list -}}
{{- if not (include "candor.single" .) -}}
{{- range .Values.executors -}}
{{- $pools = append $pools (mergeOverwrite (deepCopy $.Values.executorDefaults) .) -}}
{{- end -}}
{{- end -}}
{{- $pools | toJson -}}
{{- end -}}
