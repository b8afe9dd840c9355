# step: use
curl -s -d item=milk http://alpha:8030/items

# step: dark
curl -m 5 http://alpha:8030/items
cat compose.yaml | ssh beta 'mkdir -p todo && cat > todo/compose.yaml'
ssh beta 'cd todo && docker compose up -d'
wait 5s
curl -s -d item=bread http://beta:8030/items

# step: merge
wait 40s
curl -s -d item=bread http://alpha:8030/items
ssh beta 'cd todo && docker compose down'

# step: backup
ssh alpha docker exec todo-db-1 cat /var/lib/todo/rows > backup
