# The file is changed, and nothing is done.
# hint: not-set
# step: change
sed -i 's/      DATABASE_URL: db:5432/      DATABASE_URL: db:5432\n      LANGUAGE: en/' compose.yaml
