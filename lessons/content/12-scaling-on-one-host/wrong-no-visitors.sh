# Nobody tries how many visitors it can serve.
# hint: no-visitors
# step: one
docker compose up -d
curl -s -d item=milk http://localhost:8030/items
