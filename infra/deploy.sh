#!/usr/bin/env bash
# Deploys the update server to Azure: infrastructure, code, subscription to uploads, smoke test. Run it again after every change; what is as it should
# be stays. What a template cannot find out, it finds out first, and hands it over in the environment of Azure CLI, where no process list shows it:
# UPDATES_PEPPER, the secret behind the devices' pseudonyms, made once; UPDATES_KEY_VERSIONS, the versions of keys that sign already; and
# UPDATES_FRONT_DOOR_NETWORKS, where the parameters ask for them.
set -euo pipefail

usage() {
  cat <<'TEXT'
infra/deploy.sh --group NAME [--location REGION] [--parameters FILE] [--what-if] [--yes]
infra/deploy.sh --group NAME --teardown

  --group NAME       the resource group, of the update server alone
  --location REGION  where to make the group when there is none
  --parameters FILE  a .bicepparam file beside this script; small.bicepparam by default
  --what-if          show what would change, and stop
  --yes              do not ask before deploying
  --teardown         delete the group; asks for its name
TEXT
}

say() { printf '== %s\n' "$1"; }

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
group='' location='' parameters="$here/small.bicepparam" mode=deploy confirmed=no
while [ $# -gt 0 ]; do
  case "$1" in
    --group | --location | --parameters)
      [ $# -ge 2 ] || { printf '%s needs a value.\n' "$1" >&2; usage >&2; exit 2; }
      case "$1" in
        --group) group=$2 ;;
        --location) location=$2 ;;
        --parameters) parameters=$2 ;;
      esac
      shift 2 ;;
    --what-if) mode=what-if; shift ;;
    --teardown) mode=teardown; shift ;;
    --yes) confirmed=yes; shift ;;
    --help | -h) usage; exit 0 ;;
    *) printf 'There is no option %s.\n' "$1" >&2; usage >&2; exit 2 ;;
  esac
done
[ -n "$group" ] || { printf 'Say which resource group: --group NAME.\n' >&2; usage >&2; exit 2; }

# How long to wait for the app, and between two looks.
wait_seconds=${UPDATES_WAIT_SECONDS:-900}
poll_seconds=${UPDATES_POLL_SECONDS:-10}
pepper_name=device-pepper
pepper='' key_versions='{}' front_door_networks=''
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/app"

# Runs a command of Azure CLI; where that fails, says what was to be done, and its cause where that is known.
azure() {
  local purpose=$1
  shift
  if ! az "$@" 2>"$work/errors"; then
    cat "$work/errors" >&2
    if grep -qi 'AuthorizationFailed' "$work/errors"; then
      fail "$purpose failed: the signed-in account lacks a right. On the group it needs Owner, or Contributor together with Role Based Access Control Administrator."
    fi
    fail "$purpose failed; the reason is above."
  fi
}

check_tools() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || fail "deploy.sh needs $tool, which is not on the PATH."
  done
}

check_login() {
  subscription=$(az account show --query name --output tsv 2>/dev/null) ||
    fail "Nobody is signed in: run 'az login', and 'az account set --subscription NAME' to choose the subscription."
  say "Subscription $subscription, group $group"
}

has_group() {
  local exists
  exists=$(azure 'Looking for the group' group exists --name "$group") || exit 1
  [ "$exists" = true ]
}

teardown() {
  check_tools az
  check_login
  has_group || fail "There is no group $group."
  cat <<TEXT
This deletes the group $group with every bundle, table and ledger in it. It cannot be undone.
The vault with the signing keys can be recovered for 90 days: deploying to a group of the same name does so.
Seals whose time is not over keep their storage account from being deleted.
TEXT
  printf 'Type the name of the group to delete it: '
  local answer=''
  read -r answer || true
  [ "$answer" = "$group" ] || fail 'Nothing was deleted.'
  azure 'Deleting the group' group delete --name "$group" --yes
  say 'Deleted'
}

find_or_make_group() {
  if has_group; then return; fi
  [ "$mode" = deploy ] || fail "There is no group $group yet, so everything would be new."
  [ -n "$location" ] || fail "There is no group $group yet: say where to make it with --location REGION."
  azure 'Making the group' group create --name "$group" --location "$location" --output none
}

# A vault that was deleted keeps its name, and its keys are in the apps: it is taken up again, never replaced.
recover_vault() {
  local deleted name
  # A right on the whole subscription, which an owner of the group need not have; Azure refuses the deployment where it would have mattered.
  deleted=$(az keyvault list-deleted --resource-type vault --query '[].[name, properties.vaultId]' --output tsv 2>/dev/null) || {
    say 'Deleted vaults cannot be seen with this account; going on'
    return 0
  }
  name=$(grep -iF "/resourceGroups/$group/" <<<"$deleted" | cut -f 1 | head -n 1) || true
  [ -n "$name" ] || return 0
  [ "$mode" = deploy ] || fail "The vault $name of this group is deleted; deploying recovers it first."
  say "Recovering the deleted vault $name"
  azure 'Recovering the vault' keyvault recover --name "$name" --output none
}

# Of an earlier deployment; empty before the first one has come so far.
find_app() {
  app=$(azure 'Looking for the app' functionapp list --resource-group "$group" --query '[].name' --output tsv) || exit 1
  [ "$(wc -l <<<"$app")" -eq 1 ] || fail "The group $group holds several function apps: give the update server a group of its own."
}

# Made when no vault of the group has it. Whether it is there must be known for certain: a second pepper would make every device look new.
prepare_pepper() {
  local vaults vault
  vaults=$(azure 'Looking for the vault' keyvault list --resource-group "$group" --query '[].id' --output tsv) || exit 1
  for vault in $vaults; do
    if az resource show --ids "$vault/secrets/$pepper_name" --api-version 2025-05-01 --query name --output tsv >/dev/null 2>"$work/errors"; then
      return
    fi
    grep -qiE 'SecretNotFound|ResourceNotFound|was not found' "$work/errors" || {
      cat "$work/errors" >&2
      fail 'Whether the vault has the pepper cannot be seen; the reason is above.'
    }
  done
  [ -z "$app" ] || fail "The app $app is there and its pepper is not: bring the secret $pepper_name back into the vault ('az keyvault secret recover' or 'restore')."
  say 'Making the pepper'
  pepper=$(openssl rand -base64 32)
}

# {"updates":"0123…"} of what the app was told the last time.
keep_key_versions() {
  [ -n "$app" ] || return 0
  local settings names='' versions='' name value
  settings=$(azure 'Reading which keys sign' functionapp config appsettings list --resource-group "$group" --name "$app" \
    --query "[?name=='Signing__KeyVault__KeyName' || name=='Signing__KeyVault__KeyVersion'].[name, value]" --output tsv) || exit 1
  while IFS=$'\t' read -r name value; do
    case "$name" in
      *KeyName) names=$value ;;
      *KeyVersion) versions=$value ;;
    esac
  done <<<"$settings"

  local -a all_names all_versions
  local i pairs=''
  IFS=, read -ra all_names <<<"$names"
  IFS=, read -ra all_versions <<<"$versions"
  for ((i = 0; i < ${#all_names[@]} && i < ${#all_versions[@]}; i++)); do
    pairs+="${pairs:+,}\"${all_names[i]}\":\"${all_versions[i]}\""
  done
  key_versions="{$pairs}"
}

# From where Front Doors ask: the server believes what they say of devices, and nobody else.
find_front_door_networks() {
  grep -q UPDATES_FRONT_DOOR_NETWORKS "$parameters" || return 0
  local region
  region=$(azure 'Looking for the region of the group' group show --name "$group" --query location --output tsv) || exit 1
  front_door_networks=$(az network list-service-tags --location "$region" --output tsv \
    --query "join(',', values[?name=='AzureFrontDoor.Backend'] | [0].properties.addressPrefixes)" 2>/dev/null) || {
    front_door_networks=''
    say "The networks of Front Door cannot be seen with this account; see Front Door in infra/README.md"
  }
}

# Azure CLI, with what the parameters read from its environment.
azure_with_values() {
  UPDATES_PEPPER=$pepper UPDATES_KEY_VERSIONS=$key_versions UPDATES_FRONT_DOOR_NETWORKS=$front_door_networks azure "$@"
}

show_changes() {
  say 'What would change'
  azure_with_values 'Looking at what would change' deployment group what-if --resource-group "$group" --name updates --parameters "$parameters"
}

ask() {
  [ "$confirmed" = no ] || return 0
  [ -t 0 ] || fail 'Nobody is there to ask: say --yes to deploy without a question.'
  printf 'Deploy this? [y/N] '
  local answer=''
  read -r answer || true
  case "$answer" in
    y | Y | yes) ;;
    *) fail 'Nothing was deployed.' ;;
  esac
}

# Before anything is changed in Azure: code that does not build leaves everything as it was.
build() {
  say 'Building the code'
  dotnet publish "$here/../functions" --configuration Release -p:FunctionsHost=Azure --output "$work/app" ||
    fail 'The code for Azure Functions does not build; the reason is above.'
  # The folder .azurefunctions belongs to it: hidden, and zipped by the dot.
  (cd "$work/app" && zip --quiet --recurse-paths ../app.zip .) || fail 'Packing the code failed.'
}

deploy_infrastructure() {
  say 'Deploying the infrastructure'
  azure_with_values 'Deploying the infrastructure' \
    deployment group create --resource-group "$group" --name updates --parameters "$parameters" --output none
  local -a outputs
  IFS=$' \t\n' read -r -d '' -a outputs < <(azure 'Reading what was deployed' deployment group show --resource-group "$group" --name updates \
    --query 'properties.outputs.[appName.value, serviceUrl.value, storageTopicName.value, storageAccountName.value]' --output tsv && printf '\0')
  [ "${#outputs[@]}" -eq 4 ] || fail 'What was deployed cannot be read.'
  app=${outputs[0]} url=${outputs[1]} topic=${outputs[2]} storage=${outputs[3]}
}

publish() {
  say "Publishing the code to $app"
  azure 'Publishing the code' functionapp deployment source config-zip --resource-group "$group" --name "$app" --src "$work/app.zip" --output none
}

# Until a command succeeds; fails when it has not within the time.
wait_for() {
  local deadline=$((SECONDS + wait_seconds))
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep "$poll_seconds"
  done
}

answers() { curl --silent --fail --max-time 30 --output /dev/null "$url$1"; }

wait_for_app() {
  say "Waiting for $url"
  wait_for answers /api/health || fail "$url/api/health did not answer within $wait_seconds seconds. The app's log says why; a wrong setting stops its start with a sentence."
}

# The key that Event Grid needs appears shortly after the first start.
try_subscribe() {
  az deployment group create --resource-group "$group" --name updates-subscription --template-file "$here/subscription.bicep" \
    --parameters "appName=$app" "storageTopicName=$topic" --output none 2>"$work/errors" && return
  ! grep -qi 'AuthorizationFailed' "$work/errors" ||
    fail 'Subscribing the app to uploads failed: the signed-in account lacks a right. On the group it needs EventGrid Contributor, which Owner includes.'
  return 1
}

subscribe() {
  say 'Subscribing the app to uploads'
  wait_for try_subscribe || { cat "$work/errors" >&2; fail 'Subscribing the app to uploads failed; the reason is above.'; }
}

# What a device does first, for an app that nobody has published, and a signature that devices would open.
smoke_test() {
  say 'Smoke test'
  local answer
  answer=$(curl --silent --fail --max-time 30 --header 'Content-Type: application/json' --data '{
      "platform": "android", "device_id": "44f128a5-ac7a-4c9a-be4c-224b6bf81b20", "app_id": "com.example.smoketest",
      "version_build": "1.0.0", "version_name": "1.0.0", "plugin_version": "8.51.23", "is_emulator": true, "is_prod": false }' \
    "$url/api/updates") || fail "$url/api/updates does not answer an update check."
  case "$answer" in
    *'"kind"'*) ;;
    *) fail "$url/api/updates answered an update check with something else: ${answer:0:200}" ;;
  esac
  wait_for answers /api/health/signing ||
    fail "The key does not sign as devices need it: $url/api/health/signing. The log of $app says why; see Keys in README.md before any app is built with this key."
}

if [ "$mode" = teardown ]; then
  teardown
  exit 0
fi

[ -f "$parameters" ] || fail "There is no file $parameters."
check_tools az openssl
[ "$mode" = what-if ] || check_tools dotnet zip curl
check_login
find_or_make_group
recover_vault
find_app
prepare_pepper
keep_key_versions
find_front_door_networks
show_changes
[ "$mode" = deploy ] || exit 0
ask
build
deploy_infrastructure
publish
wait_for_app
subscribe
smoke_test

cat <<TEXT
== Done
  address   $url
  for apps  "updateUrl": "$url/api/updates", "statsUrl": "$url/api/stats", "channelUrl": "$url/api/channel_self"
  drop zone az storage blob upload --auth-mode login --account-name $storage --container-name uploads --file app.zip --name APP/CHANNEL/VERSION.zip
  key       $url/api/keys/APP
Before any app is built with the key, read 'Key ceremony' in infra/README.md.
TEXT
