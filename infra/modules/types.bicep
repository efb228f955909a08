// Types that main.bicep and the modules share.

@export()
@description('Texts by their names: tags, settings.')
type textByName = {
  @description('Name and value.')
  *: string
}

@export()
@description('A key in the vault that signs releases.')
type signingKey = {
  @description('Required. Name of the key. A key that exists is left as it is.')
  @minLength(1)
  @maxLength(127)
  name: string

  @description('Optional. The version that signs. Left out, it is the one that main.bicep finds when it makes the key; deploy.sh keeps it from then on.')
  version: string?
}

@export()
@description('Somebody who may drop bundles.')
type publisher = {
  @description('Required. Object id of the user, group or service principal in Entra ID.')
  principalId: string

  @description('Required. What the id stands for.')
  principalType: 'User' | 'Group' | 'ServicePrincipal'
}

@export()
@description('Names of resources; what is left out is made from `name` and the resource group.')
type resourceNames = {
  @description('Optional. The identity of the app.')
  identity: string?

  @description('Optional. The Log Analytics workspace.')
  workspace: string?

  @description('Optional. The Application Insights component.')
  insights: string?

  @description('Optional. The storage account: 3 to 24 lower-case letters and digits, unique in Azure.')
  storageAccount: string?

  @description('Optional. The key vault: 3 to 24 characters, unique in Azure.')
  vault: string?

  @description('Optional. The plan.')
  plan: string?

  @description('Optional. The function app, unique in Azure: its address is made of it.')
  app: string?

  @description('Optional. The Front Door profile and endpoint.')
  frontDoor: string?

  @description('Optional. The virtual network.')
  network: string?
}

@export()
@description('How clients are asked for certificates.')
type clientCertificateMode = 'Off' | 'Optional' | 'Required'

@export()
@description('What stands in front of the app and the bundles.')
type frontDoorTier = 'Off' | 'Standard' | 'Premium'
