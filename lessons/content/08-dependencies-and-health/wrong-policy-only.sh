# A restart policy instead of waiting.
# hint: policy-only
# step: wait-for-health
cat > compose.yaml <<'END'
name: todo

services:
  web:
    image: podium/todo-web
    restart: always
    ports:
      - "8030:8080"
    environment:
      DATABASE_URL: db:5432
    depends_on:
      - db

  db:
    image: podium/todo-db-slow
    healthcheck:
      test: nc -z localhost 5432
      interval: 5s
      start_period: 60s
END
docker compose up -d
