# Started, and not used.
# hint: no-bread
# step: dark
cat compose.yaml | ssh beta 'mkdir -p todo && cat > todo/compose.yaml'
ssh beta 'cd todo && docker compose up -d'
