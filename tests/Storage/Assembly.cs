using Serverless.Tests.Storage;
using Serverless.Tests.Support;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]
[assembly: AssemblyFixture(typeof(KeyFolder))]
