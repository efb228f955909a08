using Serverless.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(CompiledTemplates))]
