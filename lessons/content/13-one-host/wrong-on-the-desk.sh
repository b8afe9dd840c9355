# The project is started on the learner's own machine.
# hint: on-the-desk
# step: dark
docker compose up -d
wait 5s
curl -s -d item=bread http://localhost:8030/items
