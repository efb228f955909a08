using Serverless.Tests.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Hsm;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]
[assembly: AssemblyFixture(typeof(KeyFolder))]
[assembly: AssemblyFixture(typeof(SoftHsm))]
