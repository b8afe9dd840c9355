# All three still want the same port.
# hint: still-clashing
# step: three
docker compose up -d --scale web=3
