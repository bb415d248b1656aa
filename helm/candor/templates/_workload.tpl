{{/*
A role's StatefulSet or Deployment, its settings and its disruption budget: what candor.pod takes, and workload (StatefulSet or Deployment), replicas (nil where
an autoscaler decides), claims.
*/}}
{{- define "candor.workload" -}}
{{- $root := .root -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .conf }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "candor.labels" . | nindent 4 }}
data:
  node.conf: |
    {{- .config | trim | nindent 4 }}
  {{- if and (eq .kind "serving") (include "candor.cassandra" $root) }}
  journal.conf: |
    {{- include "candor.journalConfig" $root | nindent 4 }}
  {{- end }}
---
apiVersion: apps/v1
kind: {{ .workload }}
metadata:
  name: {{ .name }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "candor.labels" . | nindent 4 }}
spec:
  {{- if ne (toString .replicas) "auto" }}
  replicas: {{ .replicas }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "candor.selector" . | nindent 6 }}
  {{- if eq .workload "StatefulSet" }}
  serviceName: {{ .name }}
  # The cluster forms when several are there: one that waited for the readiness of the one before it would wait for ever.
  podManagementPolicy: Parallel
  updateStrategy:
    type: RollingUpdate
  {{- else }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 1
  {{- end }}
  minReadySeconds: 5
  template:
    {{- include "candor.pod" . | nindent 4 }}
  {{- with .claims }}
  volumeClaimTemplates:
    {{- range . }}
    {{- include "candor.claim" . | nindent 4 }}
    {{- end }}
  {{- end }}
{{- if eq .workload "StatefulSet" }}
---
# Names for the pods; nobody is led to a pod by it.
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "candor.labels" . | nindent 4 }}
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector:
    {{- include "candor.selector" . | nindent 4 }}
  {{- with .servicePorts }}
  ports:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- if not .sharedBudget }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .name }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "candor.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "candor.selector" . | nindent 6 }}
{{- end }}
{{- end -}}
