# The file is right, and nothing is started.
# hint: not-up
# step: mend
sed -i 's/    image: podium\/todo-db/    image: podium\/todo-db\n    restart: unless-stopped/; s/restart: always/restart: unless-stopped/' compose.yaml
