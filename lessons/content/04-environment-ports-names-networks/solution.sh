# step: start
docker compose up -d
wait 2s
curl -s -d item=milk http://localhost:8030/items
docker compose exec web env

# step: env
echo WEB_PORT=8040 > .env
docker compose up -d

# step: second
WEB_PORT=8050 docker compose -p second up -d
docker compose ls

# step: separate
docker compose -p second down
cat > compose.yaml <<'END'
name: todo

services:
  web:
    image: podium/todo-web
    ports:
      - "${WEB_PORT-8030}:8080"
    environment:
      DATABASE_URL: db:5432
      TZ: Europe/Berlin
    depends_on:
      - db
    networks: [front, back]

  db:
    image: podium/todo-db
    networks: [back]

  tools:
    image: busybox
    init: true
    command: sleep infinity
    networks: [front]

networks:
  front:
  back:
END
docker compose up -d
