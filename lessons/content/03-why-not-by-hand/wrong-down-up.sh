# All is taken down and made anew.
# hint: downed
# step: edit
sed -i 's/8030:8080/8040:8080/' compose.yaml
docker compose down
docker compose up -d
