using Serverless.Tests.Support.Hsm;

[assembly: AssemblyFixture(typeof(SoftHsm))]
