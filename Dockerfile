# The image holds the static binary, certificates and time zones, and nothing else; it expects DATABASE_URL.
FROM node:22-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc* ./
RUN npm ci --no-audit --no-fund
COPY docs/openapi.yaml /src/docs/openapi.yaml
COPY web ./
RUN npm run build

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=web /src/web/dist ./web/dist
ARG VERSION=unknown COMMIT=unknown DATE=unknown
RUN CGO_ENABLED=0 go build -trimpath \
    -ldflags "-s -w -X main.version=${VERSION} -X main.commit=${COMMIT} -X main.date=${DATE}" -o /saveline ./cmd/saveline

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/local/go/lib/time/zoneinfo.zip /usr/local/go/lib/time/
COPY --from=build /saveline /saveline
ENV ZONEINFO=/usr/local/go/lib/time/zoneinfo.zip SAVELINE_ADDR=0.0.0.0:8080 SAVELINE_DATA_DIR=/data SAVELINE_LOG_FORMAT=json
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/saveline"]
CMD ["serve"]
