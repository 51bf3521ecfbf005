// What stands in a resource group before any app is deployed to Azure: a vault for secrets, and who deploys from GitHub.
targetScope = 'resourceGroup'

@description('The region.')
param location string = resourceGroup().location

@description('The object id, in Microsoft Entra, of whom secrets are stored by; empty: nobody is granted that here.')
param operatorId string = ''

@description('owner/repository whose workflow may deploy, by a federated credential and without stored keys; empty: nobody from there.')
param githubRepository string = ''

@description('The environment of that repository in which the workflow has to run.')
param githubEnvironment string = 'demo'

@description('Where it is told that the month of this group costs more; empty: nobody is told.')
param budgetMail string = ''

@description('What it may cost a month, in the currency of the subscription.')
param budgetAmount int = 5

@description('The first day of the month from which it is counted.')
param budgetFrom string = utcNow('yyyy-MM-01')

var tags = {
  faasade: 'foundation'
}
var contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c'
var grantsRoles = 'f58310d9-a9f6-439a-9e8d-f62e7b41a168'
var secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'faasade${uniqueString(resourceGroup().id)}'
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
  }
  tags: tags
}

resource operatorStoresSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operatorId)) {
  name: guid(vault.id, operatorId, secretsOfficer)
  scope: vault
  properties: {
    principalId: operatorId
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsOfficer)
  }
}

resource deployer 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = if (!empty(githubRepository)) {
  name: 'faasade-deployer'
  location: location
  tags: tags
}

// Only this repository, in this environment.
resource fromGithub 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31' = if (!empty(githubRepository)) {
  parent: deployer
  name: 'github'
  properties: {
    issuer: 'https://token.actions.githubusercontent.com'
    subject: 'repo:${githubRepository}:environment:${githubEnvironment}'
    audiences: [
      'api://AzureADTokenExchange'
    ]
  }
}

resource deployerContributes 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(githubRepository)) {
  name: guid(resourceGroup().id, 'faasade-deployer', contributor)
  properties: {
    principalId: deployer!.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', contributor)
  }
}

// A deployment grants the app's identity what its functions declare; it may grant no owner and no granter of roles.
resource deployerGrants 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(githubRepository)) {
  name: guid(resourceGroup().id, 'faasade-deployer', grantsRoles)
  properties: {
    principalId: deployer!.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grantsRoles)
    conditionVersion: '2.0'
    condition: '((!(ActionMatches{\'Microsoft.Authorization/roleAssignments/write\'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals {8e3af657-a8ff-443c-a75c-2fe8c4bcb635, 18d7d88d-d35e-4fb5-a5c3-7773c20a72d9, f58310d9-a9f6-439a-9e8d-f62e7b41a168}))'
  }
}

resource budget 'Microsoft.Consumption/budgets@2023-11-01' = if (!empty(budgetMail)) {
  name: 'faasade'
  properties: {
    category: 'Cost'
    amount: budgetAmount
    timeGrain: 'Monthly'
    timePeriod: {
      startDate: budgetFrom
    }
    notifications: {
      spent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Actual'
        contactEmails: [
          budgetMail
        ]
      }
      expected: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: [
          budgetMail
        ]
      }
    }
  }
}

@description('For --set vaultName=…')
output vaultName string = vault.name

@description('For the variable AZURE_CLIENT_ID of the environment on GitHub.')
output deployerClientId string = empty(githubRepository) ? '' : deployer!.properties.clientId
