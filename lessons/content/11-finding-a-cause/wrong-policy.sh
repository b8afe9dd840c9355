# A restart policy for a command with a typing error.
# hint: mailer-typo
# step: others
sed -i 's/  mailer:/  mailer:\n    restart: always/' compose.yaml
sed -i 's/mem_limit: 32m/mem_limit: 64m/' compose.yaml
docker compose up -d
