# A little more memory, and still too little.
# hint: thumbs-limit
# step: others
sed -i 's/slep 3600/sleep 3600/' compose.yaml
sed -i 's/mem_limit: 32m/mem_limit: 40m/' compose.yaml
docker compose up -d
