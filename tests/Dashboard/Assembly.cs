using Serverless.Tests.Support.Logs;

[assembly: AssemblyFixture(typeof(NoSecretInAnyLog))]
