# step: start
docker compose up -d
wait 60s
docker compose ps -a --format '{{.Service}}: {{.Status}}'
docker compose logs --tail 3 web

# step: wait-for-health
cat > compose.yaml <<'END'
name: todo

services:
  web:
    image: podium/todo-web
    ports:
      - "8030:8080"
    environment:
      DATABASE_URL: db:5432
    depends_on:
      db:
        condition: service_healthy

  db:
    image: podium/todo-db-slow
    healthcheck:
      test: nc -z localhost 5432
      interval: 5s
      retries: 3
      start_period: 60s
END
docker compose up -d

# step: hang
docker compose -f compose-watched.yaml up -d
wait 60s
docker compose ps --format '{{.Service}}: {{.Status}}'
docker compose restart web
wait 10s
docker compose ps --format '{{.Service}}: {{.Status}}'
