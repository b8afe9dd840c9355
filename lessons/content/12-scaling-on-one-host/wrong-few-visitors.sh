# A handful of visitors says nothing about three hundred.
# hint: no-visitors
# step: one
docker compose up -d
curl -s -d item=milk http://localhost:8030/items
traffic web rate=1/s for=2s name=one
wait 5s
