{{/*
The pod of a node: dict root, component, name, args, values (its section), conf (name of its settings), kind (serving or validator),
signing and ledger (Secrets, or empty), image, gpu (resource and count), sharedMemory, data and cache (none, or the name of the claim template).
*/}}
{{- define "candor.pod" -}}
{{- $root := .root -}}
{{- $v := .root.Values -}}
{{- $serving := eq .kind "serving" -}}
metadata:
  labels:
    {{- include "candor.labels" . | nindent 4 }}
    {{- with .values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    checksum/config: {{ .config | sha256sum }}
    {{- with .values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ .serviceAccount }}
  automountServiceAccountToken: {{ and $serving (not (include "candor.single" $root)) }}
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ include "candor.grace" $root }}
  securityContext:
    {{- include "candor.podSecurity" $root | nindent 4 }}
  {{- with $v.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  {{- with .values.runtimeClassName }}
  runtimeClassName: {{ . }}
  {{- end }}
  {{- include "candor.placement" .values | nindent 2 }}
  {{- include "candor.spread" . | nindent 2 }}
  initContainers:
    - name: keys
      image: {{ include "candor.image" . }}
      imagePullPolicy: {{ $v.image.pullPolicy }}
      args: [keys, install, --from, /run/candor/secret-keys, --to, /run/candor/keys]
      securityContext:
        {{- include "candor.containerSecurity" $root | nindent 8 }}
      resources:
        requests: {cpu: 100m, memory: 128Mi}
        limits: {memory: 256Mi}
      volumeMounts:
        - name: secret-keys
          mountPath: /run/candor/secret-keys
          readOnly: true
        - name: keys
          mountPath: /run/candor/keys
        - name: tmp
          mountPath: /tmp
    {{- if and $serving (include "candor.cassandra" $root) }}
    - name: journal
      image: {{ include "candor.image" . }}
      imagePullPolicy: {{ $v.image.pullPolicy }}
      args: [journal, await, --config, /etc/candor/journal.conf]
      {{- include "candor.journalEnv" $root | nindent 6 }}
      securityContext:
        {{- include "candor.containerSecurity" $root | nindent 8 }}
      resources:
        requests: {cpu: 100m, memory: 256Mi}
        limits: {memory: 512Mi}
      volumeMounts:
        - name: config
          mountPath: /etc/candor
          readOnly: true
        {{- include "candor.truststoreMount" $root | nindent 8 }}
        - name: tmp
          mountPath: /tmp
    {{- end }}
  containers:
    - name: candor
      image: {{ include "candor.image" . }}
      imagePullPolicy: {{ $v.image.pullPolicy }}
      args: {{ .args | toJson }}
      env:
        - name: POD_IP
          valueFrom:
            fieldRef:
              fieldPath: status.podIP
        - name: POD_NAME
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        - name: CANDOR_LOG_LEVEL
          value: {{ $v.logging.level }}
        - name: CANDOR_LOG_FORMAT
          value: {{ $v.logging.format }}
        - name: JDK_JAVA_OPTIONS
          value: "-XX:MaxRAMPercentage={{ .values.heapPercent }}"
        {{- if eq .component "executor" }}
        - name: OMP_WAIT_POLICY
          value: PASSIVE
        {{- end }}
        {{- if and $serving (include "candor.cassandra" $root) }}
        {{- include "candor.journalEnvItems" $root | nindent 8 }}
        {{- end }}
      ports:
        - {name: management, containerPort: 7626}
        {{- if $serving }}
        {{- if not (include "candor.single" $root) }}
        - {name: cluster, containerPort: 17355}
        {{- end }}
        {{- if .doors }}
        - {name: http, containerPort: 8000}
        - {name: grpc, containerPort: 8001}
        {{- end }}
        {{- if and (eq .component "core") $v.ledger.validators }}
        - {name: feed, containerPort: 7710}
        {{- end }}
        {{- else }}
        - {name: ledger, containerPort: 7700}
        {{- end }}
      startupProbe:
        httpGet: {path: /alive, port: management}
        periodSeconds: 2
        failureThreshold: 150
      livenessProbe:
        httpGet: {path: /alive, port: management}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: {path: /ready, port: management}
        periodSeconds: 3
        timeoutSeconds: 2
        failureThreshold: 2
      lifecycle:
        preStop:
          sleep:
            seconds: {{ $v.shutdown.preStopSeconds }}
      resources:
        {{- $resources := deepCopy .values.resources }}
        {{- with .gpu }}
        {{- $_ := set $resources "limits" (merge (dict .name .count) ($resources.limits | default dict)) }}
        {{- end }}
        {{- toYaml $resources | nindent 8 }}
      securityContext:
        {{- include "candor.containerSecurity" $root | nindent 8 }}
      volumeMounts:
        - name: config
          mountPath: /etc/candor
          readOnly: true
        - name: keys
          mountPath: /run/candor/keys
          readOnly: true
        - name: data
          mountPath: /var/lib/candor
        - name: tmp
          mountPath: /tmp
        {{- if $v.monitoring.tokenSecret }}
        - name: scrape
          mountPath: /run/candor/secrets/scrape
          readOnly: true
        {{- end }}
        {{- if and .doors $v.tls.doors.enabled }}
        - name: doors-tls
          mountPath: /run/candor/tls/doors
          readOnly: true
        {{- end }}
        {{- if $serving }}
        - name: auth
          mountPath: /run/candor/secrets/auth
          readOnly: true
        - name: models
          mountPath: /var/lib/candor/blobs
        {{- include "candor.truststoreMount" $root | nindent 8 }}
        {{- if and $v.tls.cluster.enabled (not (include "candor.single" $root)) }}
        - name: cluster-tls
          mountPath: /run/candor/tls/cluster
          readOnly: true
        {{- end }}
        {{- end }}
        {{- if .genesis }}
        - name: genesis
          mountPath: /etc/candor-genesis
          readOnly: true
        {{- end }}
        {{- if .cache }}
        - name: {{ .cache }}
          mountPath: /var/cache/candor
        - name: {{ .cache }}
          mountPath: /var/lib/candor/models
          subPath: models
        {{- end }}
        {{- if .sharedMemory }}
        - name: shared-memory
          mountPath: /dev/shm
        {{- end }}
  volumes:
    - name: config
      configMap:
        name: {{ .conf }}
    - name: secret-keys
      projected:
        defaultMode: 0440
        sources:
          {{- if $serving }}
          - secret:
              name: {{ include "candor.pseudonymSecret" $root }}
              items: [{key: pseudonym.key, path: pseudonym.key}]
          {{- end }}
          {{- with .signing }}
          - secret:
              name: {{ . }}
              items: [{key: executor.pem, path: executor.pem}]
          {{- end }}
          {{- with .ledgerKeys }}
          - secret:
              name: {{ $v.ledger.keysSecret }}
              items:
                {{- range . }}
                - {key: {{ . }}, path: ledger/{{ . }}}
                {{- end }}
          {{- end }}
          {{- with .validatorKey }}
          - secret:
              name: {{ . }}
              items: [{key: validator.pem, path: validator.pem}]
          {{- end }}
    - name: keys
      emptyDir: {medium: Memory, sizeLimit: 1Mi}
    - name: tmp
      emptyDir: {sizeLimit: 1Gi}
    {{- if not .data }}
    - name: data
      emptyDir: {sizeLimit: 20Gi}
    {{- end }}
    {{- with $v.monitoring.tokenSecret }}
    - name: scrape
      secret:
        secretName: {{ . }}
        defaultMode: 0440
        items: [{key: token, path: token}]
    {{- end }}
    {{- if and .doors $v.tls.doors.enabled }}
    - name: doors-tls
      secret:
        secretName: {{ include "candor.doorsTlsSecret" $root }}
        defaultMode: 0440
        items: [{key: tls.crt, path: tls.crt}, {key: tls.key, path: tls.key}]
    {{- end }}
    {{- if $serving }}
    - name: auth
      secret:
        secretName: {{ include "candor.authSecret" $root }}
        defaultMode: 0440
        items: [{key: api-keys, path: api-keys}]
    - name: models
      persistentVolumeClaim:
        claimName: {{ include "candor.modelsClaim" $root }}
    {{- if and (eq $v.journal.kind "external") $v.journal.cassandra.truststoreSecret }}
    - name: truststore
      secret:
        secretName: {{ $v.journal.cassandra.truststoreSecret }}
        defaultMode: 0440
        items: [{key: truststore.p12, path: truststore.p12}]
    {{- end }}
    {{- if and $v.tls.cluster.enabled (not (include "candor.single" $root)) }}
    - name: cluster-tls
      secret:
        secretName: {{ include "candor.clusterTlsSecret" $root }}
        defaultMode: 0440
    {{- end }}
    {{- end }}
    {{- with .genesis }}
    - name: genesis
      configMap:
        name: {{ . }}
    {{- end }}
    {{- if and .cache (not .cacheClaim) }}
    - name: {{ .cache }}
      emptyDir:
        sizeLimit: {{ .values.modelCache.size }}
    {{- end }}
    {{- with .sharedMemory }}
    - name: shared-memory
      emptyDir: {medium: Memory, sizeLimit: {{ . }}}
    {{- end }}
{{- end -}}

{{- define "candor.truststoreMount" -}}
{{- if and (eq .Values.journal.kind "external") .Values.journal.cassandra.truststoreSecret -}}
- name: truststore
  mountPath: /run/candor/secrets/truststore
  readOnly: true
{{- end -}}
{{- end -}}

{{- define "candor.journalEnv" -}}
{{- if include "candor.journalEnvItems" . -}}
env:
  {{- include "candor.journalEnvItems" . | nindent 2 }}
{{- end -}}
{{- end -}}

{{- define "candor.journalEnvItems" -}}
{{- with include "candor.cassandraCredentials" . -}}
- name: CASSANDRA_USERNAME
  valueFrom:
    secretKeyRef: {name: {{ . }}, key: username}
- name: CASSANDRA_PASSWORD
  valueFrom:
    secretKeyRef: {name: {{ . }}, key: password}
{{- end }}
{{- if and (eq .Values.journal.kind "external") .Values.journal.cassandra.truststoreSecret }}
- name: CASSANDRA_TRUSTSTORE_PASSWORD
  valueFrom:
    secretKeyRef: {name: {{ .Values.journal.cassandra.truststoreSecret }}, key: password}
{{- end }}
{{- end -}}
