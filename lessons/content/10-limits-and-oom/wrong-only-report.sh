# The other two still have no limit.
# hint: not-all
# step: mend
sed -i "s/| tail'/| tail -c 1000'/" compose.yaml
docker compose up -d
