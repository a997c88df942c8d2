{{/* Secrets that are mounted: a list of {name, secret, files: {variable: file}}. One at /etc/mammoline/<name>. */}}
{{- define "mammoline.secretFiles" -}}
{{- $mounts := list -}}
{{- with .Values.kafka.tls -}}
{{- if and .enabled .caSecret -}}
{{- $mounts = append $mounts (dict "name" "kafka-ca" "secret" .caSecret "files" (dict "MAMMOLINE_KAFKA_TLS_CA_FILE" .caKey)) -}}
{{- end -}}
{{- if and .enabled .clientSecret -}}
{{- $mounts = append $mounts (dict "name" "kafka-client" "secret" .clientSecret "files" (dict "MAMMOLINE_KAFKA_TLS_CERT_FILE" .certKey "MAMMOLINE_KAFKA_TLS_KEY_FILE" .keyKey)) -}}
{{- end -}}
{{- end -}}
{{- with .Values.objectStore -}}
{{- if .caSecret -}}
{{- $mounts = append $mounts (dict "name" "store-ca" "secret" .caSecret "files" (dict "NODE_EXTRA_CA_CERTS" .caKey)) -}}
{{- end -}}
{{- end -}}
{{- if .Values.tls.enabled -}}
{{- $mounts = append $mounts (dict "name" "grpc-tls" "secret" .Values.tls.existingSecret "files" .Values.tls.files) -}}
{{- end -}}
{{- range .Values.secretFiles -}}
{{- $mounts = append $mounts (dict "name" .name "secret" .existingSecret "files" .files) -}}
{{- end -}}
{{- dict "mounts" $mounts | toJson -}}
{{- end -}}

{{- define "mammoline.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "mammoline.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/* Environment out of secrets: entries of a container's env. */}}
{{- define "mammoline.secretEnv" -}}
- name: MAMMOLINE_POSTGRES_URL
  valueFrom: { secretKeyRef: { name: {{ include "mammoline.postgresSecret" . }}, key: {{ include "mammoline.postgresKey" . }} } }
{{- with .Values.kafka.sasl }}
{{- if .mechanism }}
- name: MAMMOLINE_KAFKA_SASL_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ .existingSecret }}, key: {{ .passwordKey }} } }
{{- end }}
{{- end }}
{{- with .Values.objectStore }}
{{- if .existingSecret }}
- name: AWS_ACCESS_KEY_ID
  valueFrom: { secretKeyRef: { name: {{ .existingSecret }}, key: {{ .accessKeyIdKey }} } }
- name: AWS_SECRET_ACCESS_KEY
  valueFrom: { secretKeyRef: { name: {{ .existingSecret }}, key: {{ .secretAccessKeyKey }} } }
{{- end }}
{{- end }}
{{- end -}}

{{/* dict "root" $ "service" name "args" [more of the command line] "job" bool: the spec of a service's pod. */}}
{{- define "mammoline.pod" -}}
{{- $root := .root -}}
{{- $service := .service -}}
{{- $values := get $root.Values.services $service -}}
{{- $facts := get (include "mammoline.facts" $root | fromYaml) $service -}}
{{- $grpc := and $facts.grpc (not .job) -}}
{{- $gpu := $values.gpu | default (dict "enabled" false) -}}
{{- $mounts := (include "mammoline.secretFiles" $root | fromJson).mounts -}}
{{- $env := dict "MAMMOLINE_HTTP_ADDRESS" "0.0.0.0:8080" -}}
{{- if $grpc }}{{ $_ := set $env "MAMMOLINE_GRPC_ADDRESS" "0.0.0.0:50051" }}{{ end -}}
{{- range $mounts }}{{ $name := .name }}{{ range $variable, $file := .files }}{{ $_ := set $env $variable (printf "/etc/mammoline/%s/%s" $name $file) }}{{ end }}{{ end -}}
{{- $env = mergeOverwrite $env $values.env -}}
automountServiceAccountToken: false
enableServiceLinks: false
serviceAccountName: {{ include "mammoline.serviceAccount" . }}
terminationGracePeriodSeconds: {{ add 20 (div (add $root.Values.graceMs 999) 1000) }}
securityContext: {{- include "mammoline.podSecurity" . | nindent 2 }}
{{- with $root.Values.images.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with $root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with concat $values.tolerations (ternary ($gpu.tolerations | default list) list $gpu.enabled) }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: {{ $root.Values.topologySpread.whenUnsatisfiable }}
    labelSelector:
      matchLabels: {{- include "mammoline.selector" (dict "root" $root "service" $service) | nindent 8 }}
  {{- end }}
containers:
  - name: {{ $service }}
    image: {{ include "mammoline.image" (dict "root" $root "image" (ternary "cuda" $facts.image $gpu.enabled)) | quote }}
    imagePullPolicy: {{ $root.Values.images.pullPolicy }}
    # The image's entry point is node.
    args: {{ concat (list (printf "apps/%s/src/main.ts" $service)) (.args | default list) | toJson }}
    securityContext: {{- include "mammoline.containerSecurity" . | nindent 6 }}
    envFrom:
      - configMapRef: { name: {{ include "mammoline.name" $root }} }
      {{- with $root.Values.envFrom }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    env:
      {{- include "mammoline.secretEnv" $root | nindent 6 }}
      {{- range $name, $value := $env }}
      - { name: {{ $name }}, value: {{ $value | quote }} }
      {{- end }}
    ports:
      - { name: http, containerPort: 8080 }
      {{- if $grpc }}
      - { name: grpc, containerPort: 50051 }
      {{- end }}
    # A service that finds a part away while it starts says so within a minute and ends; its port answers when all is open.
    startupProbe:
      httpGet: { path: /healthz, port: http }
      periodSeconds: 2
      timeoutSeconds: 5
      failureThreshold: 60
    # Asks nobody else: a broker that is away restarts nothing.
    livenessProbe:
      httpGet: { path: /healthz, port: http }
      periodSeconds: 10
      timeoutSeconds: 5
      failureThreshold: 6
    readinessProbe:
      {{- if and $grpc (not $root.Values.tls.enabled) }}
      grpc: { port: 50051 }
      {{- else }}
      # The kubelet's gRPC probe speaks no TLS.
      httpGet: { path: /readyz, port: http }
      {{- end }}
      periodSeconds: 5
      timeoutSeconds: 5
      failureThreshold: 3
    resources:
      requests: {{- toYaml $values.resources.requests | nindent 8 }}
      limits:
        {{- toYaml $values.resources.limits | nindent 8 }}
        {{- if $gpu.enabled }}
        {{ $gpu.resource }}: {{ $gpu.count }}
        {{- end }}
    volumeMounts:
      - { name: tmp, mountPath: /tmp }
      {{- range $mounts }}
      - { name: {{ .name }}, mountPath: /etc/mammoline/{{ .name }}, readOnly: true }
      {{- end }}
volumes:
  - name: tmp
    emptyDir: { sizeLimit: {{ $values.tmpSize }} }
  {{- range $mounts }}
  - name: {{ .name }}
    secret: { secretName: {{ .secret }}, defaultMode: 0440 }
  {{- end }}
{{- end -}}
