# The database counts as unhealthy before it is ready.
# hint: unhealthy-too-soon
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
END
docker compose up -d
