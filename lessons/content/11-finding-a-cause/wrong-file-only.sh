# The file is mended, and nothing is done.
# hint: not-applied
# step: web
sed -i 's/DATABASE_URL: database:5432/DATABASE_URL: db:5432/' compose.yaml
