# Two aren't enough.
# hint: too-few
# step: three
sed -i 's/8030:8080/8030-8039:8080/' compose.yaml
docker compose up -d --scale web=2
