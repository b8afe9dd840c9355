# step: night
docker inspect -f '{{.State.ExitCode}} {{.State.OOMKilled}}' mailer
docker events --since 12h --until 0s --filter container=mailer --format '{{.Action}}'
docker start mailer

# step: open
docker rm -f old-shop
sed -i 's/DATABASE_URL: store:5432/DATABASE_URL: db:5432/' compose.yaml
docker compose up -d

# step: sturdy
sed -i 's/    image: podium\/todo-web/    image: podium\/todo-web\n    restart: unless-stopped/' compose.yaml
sed -i 's/    image: podium\/todo-db/    image: podium\/todo-db\n    restart: unless-stopped/' compose.yaml
docker compose up -d

# step: keep
cat >> compose.yaml <<'END'
    volumes:
      - data:/var/lib/todo

volumes:
  data:
END
docker compose up -d

# step: limit
sed -i 's/    restart: unless-stopped/    restart: unless-stopped\n    mem_limit: 128m/' compose.yaml
docker compose up -d
